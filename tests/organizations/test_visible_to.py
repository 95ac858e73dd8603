"""Who reaches what: the queryset against a brute-force reading of the same rows."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assessments.accounts.models import User
from assessments.organizations.models import Membership, Organization, Role, Team, TeamGrant, TeamMembership

PEOPLE, TEAMS, ORGANIZATIONS = 3, 3, 4
ROLES = st.sampled_from(list(Role))

MOVES = st.one_of(
    st.tuples(st.just("member"), st.integers(0, PEOPLE - 1), st.integers(0, ORGANIZATIONS - 1), ROLES),
    st.tuples(st.just("grant"), st.integers(0, TEAMS - 1), st.integers(0, ORGANIZATIONS - 1), ROLES),
    st.tuples(st.just("join"), st.integers(0, PEOPLE - 1), st.integers(0, TEAMS - 1), st.none()),
    st.tuples(st.just("unmember"), st.integers(0, PEOPLE - 1), st.integers(0, ORGANIZATIONS - 1), st.none()),
    st.tuples(st.just("ungrant"), st.integers(0, TEAMS - 1), st.integers(0, ORGANIZATIONS - 1), st.none()),
    st.tuples(st.just("part"), st.integers(0, PEOPLE - 1), st.integers(0, TEAMS - 1), st.none()),
    st.tuples(st.just("delete"), st.integers(0, ORGANIZATIONS - 1), st.none(), st.none()),
)


class TestVisibleTo(TestCase):
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(moves=st.lists(MOVES, max_size=25))
    def test_random_memberships_grants_and_removals_read_as_brute_force_does(self, moves):
        people = [User.objects.create_user(f"p{n}@example.com", name=f"P{n}") for n in range(PEOPLE)]
        teams = [Team.objects.create(name=f"Team {n}") for n in range(TEAMS)]
        places = [Organization.objects.create(name=f"Zephyrine-{n}", slug=f"z-{n}") for n in range(ORGANIZATIONS)]
        members, grants, joined, deleted = {}, {}, set(), set()

        for kind, a, b, role in moves:
            if kind == "member":
                members[a, b] = role
                Membership.objects.update_or_create(user=people[a], organization=places[b], defaults={"role": role})
            elif kind == "grant":
                grants[a, b] = role
                TeamGrant.objects.update_or_create(team=teams[a], organization=places[b], defaults={"role": role})
            elif kind == "join":
                joined.add((a, b))
                TeamMembership.objects.get_or_create(user=people[a], team=teams[b])
            elif kind == "unmember":
                members.pop((a, b), None)
                Membership.objects.filter(user=people[a], organization=places[b]).delete()
            elif kind == "ungrant":
                grants.pop((a, b), None)
                TeamGrant.objects.filter(team=teams[a], organization=places[b]).delete()
            elif kind == "part":
                joined.discard((a, b))
                TeamMembership.objects.filter(user=people[a], team=teams[b]).delete()
            else:
                deleted.add(a)
                Organization.objects.filter(pk=places[a].pk).update(deleted_at="2026-01-01T00:00Z")

        for who, person in enumerate(people):
            expected = {}
            for where, place in enumerate(places):
                roles = [members[who, where]] if (who, where) in members else []
                roles += [role for (team, at), role in grants.items() if at == where and (who, team) in joined]
                if roles and where not in deleted:
                    expected[place.slug] = max(roles)
            with self.assertNumQueries(1):
                seen = {o.slug: o.role for o in Organization.objects.visible_to(person)}
            assert seen == expected
            assert {o.slug: o.role for o in Organization.objects.opened_by(person)} == expected
            self.assert_shown(person, [place for place in places if place.slug in expected], places)

    def assert_shown(self, person, visible, places):
        """Everything the person can reach by a guess names these organizations and no other."""
        self.client.force_login(person)
        named = {place.name for place in visible}
        pages = [self.client.get("/").content.decode(), self.client.get("/?q=Zephyrine").content.decode()]
        assert [{p.name for p in places if p.name in page} for page in pages] == [named, named]
        for place in places:
            page = self.client.get(f"/o/{place.slug}/")
            assert page.status_code == (200 if place in visible else 404)
            assert {p.name for p in places if p.name in page.content.decode()} <= ({place.name} & named)
