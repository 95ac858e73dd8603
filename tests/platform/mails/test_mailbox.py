"""The mailbox that mails come back to, read by IMAP from a real server: Dovecot, which this test starts."""

import getpass
import grp
import imaplib
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.management import CommandError, call_command

from assessments.platform import mailing
from assessments.platform.mails.mailbox import MailboxError, read_mailbox
from assessments.platform.mails.models import ReadMailbox, ReturnedAddress, SentMail
from assessments.platform.tasks import read_returned_mail
from tests.platform.mails.reports import auto_reply, complaint, report
from tests.processes import free_port

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(DOVECOT is None, reason="no dovecot-imapd within reach"),
]

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/home/mail
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password=open-sesame
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
# What Dovecot gives up of root's rights by itself; whoever is not root has none to give up.
NOT_ROOT = """
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
"""


@pytest.fixture(scope="module")
def folder():
    """One that Dovecot's own users can come to, which is not so of pytest's."""
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def port(folder):
    number, file = free_port(), folder / "dovecot.conf"
    (folder / "home").mkdir()
    if os.getuid() == 0:
        configuration, user, group = CONFIGURATION, "nobody", "nogroup"
        shutil.chown(folder / "home", user, group)
    else:
        configuration, user, group = CONFIGURATION + NOT_ROOT, getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    file.write_text(configuration.format(folder=folder, port=number, user=user, group=group))
    server = subprocess.Popen([DOVECOT, "-F", "-c", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", number), timeout=1):
            break
        time.sleep(0.1)
    else:
        pytest.fail((folder / "log").read_text() if (folder / "log").exists() else "Dovecot did not start.")
    yield number
    server.terminate()
    server.wait(10)


class Box:
    def __init__(self, port):
        self.port = port
        with self.connected() as server:
            server.select()
            _, found = server.uid("SEARCH", "ALL")
            for number in found[0].split():
                server.uid("STORE", number, "+FLAGS", r"(\Deleted)")
            server.expunge()

    def connected(self):
        server = imaplib.IMAP4("127.0.0.1", self.port)
        server.login("bounces", "open-sesame")
        return server

    def put(self, *contents, folder="INBOX"):
        with self.connected() as server:
            for content in contents:
                server.append(folder, None, None, content)

    def flags(self):
        with self.connected() as server:
            server.select(readonly=True)
            _, found = server.fetch("1:*", "(FLAGS)")
        return [b"\\Seen" in line for line in found]


@pytest.fixture
def box(port, settings):
    settings.MAIL_RETURNS_MAILBOX = f"imap://bounces:open-sesame@127.0.0.1:{port}/INBOX"
    return Box(port)


def send(name):
    mailing.post(f"{name}@example.com", "Hello", "A text")
    return SentMail.objects.get(email=f"{name}@example.com").message_id


def marked():
    return sorted(ReturnedAddress.objects.values_list("email", flat=True))


def test_what_came_back_is_read_once_and_left_as_it_is(box):
    ada, grace, tom = send("ada"), send("grace"), send("tom")
    box.put(report("postfix", ada), auto_reply(tom), complaint(tom), report("gmail", grace), b"Subject: Hi\r\n\r\nHi")

    assert read_mailbox() == (5, 2)
    assert read_mailbox() == (0, 0)

    assert marked() == ["ada@example.com", "grace@example.com"]
    assert box.flags() == [False] * 5
    box.put(report("exchange", tom))
    assert read_mailbox() == (1, 1)


def test_a_mailbox_that_counts_anew_is_read_anew(box):
    box.put(report("postfix", send("ada")))
    read_mailbox()
    ReturnedAddress.objects.all().delete()
    ReadMailbox.objects.update(validity=1, last=10**9)
    box.put(report("postfix", send("grace")))

    assert read_mailbox() == (2, 1)
    assert marked() == ["grace@example.com"]


def test_a_mail_that_tells_itself_by_its_address_needs_no_copy_of_it(box, settings):
    settings.MAIL_RETURNS_ADDRESS = "bounces+*@example.com"
    message_id = send("ada")
    key = message_id.strip("<>").partition("@")[0]
    content = report("postfix", "<somebody-else-s-message@example.com>")
    box.put(content.replace(b"To: bounces@example.com", f"To: bounces+{key}@example.com".encode(), 1))

    assert read_mailbox() == (1, 1)
    assert marked() == ["ada@example.com"]


def test_the_envelope_has_the_address_that_mails_come_back_to(settings, mailoutbox):
    settings.MAIL_RETURNS_ADDRESS = "bounces+*@example.com"
    message_id = send("ada")

    [message] = mailoutbox
    assert message.from_email == f"bounces+{message_id.strip('<>').partition('@')[0]}@example.com"
    assert message.message()["From"] == settings.DEFAULT_FROM_EMAIL


def test_another_folder_is_read_where_the_setting_names_one(box, settings):
    with box.connected() as server:
        server.create('"Came back"')
    box.put(report("postfix", send("ada")), folder='"Came back"')
    settings.MAIL_RETURNS_MAILBOX = settings.MAIL_RETURNS_MAILBOX.replace("INBOX", "Came%20back")

    assert read_mailbox() == (1, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("open-sesame", "guess", "uthentication failed"), ("INBOX", "Nowhere", "there is no folder Nowhere")],
)
def test_a_mailbox_that_cannot_be_read_says_why(box, settings, old, new, said):
    settings.MAIL_RETURNS_MAILBOX = settings.MAIL_RETURNS_MAILBOX.replace(old, new)

    with pytest.raises(MailboxError, match=said):
        read_mailbox()
    with pytest.raises(CommandError, match=said):
        call_command("read_returned_mail")
    read_returned_mail()


def test_a_server_that_is_away_is_asked_again_at_the_next_run(settings):
    settings.MAIL_RETURNS_MAILBOX = f"imap://bounces:open-sesame@127.0.0.1:{free_port()}/INBOX"

    with pytest.raises(MailboxError, match="cannot be read"):
        read_mailbox()
    read_returned_mail()


def test_the_command_says_what_it_read(box, capsys, settings):
    box.put(report("postfix", send("ada")))

    call_command("read_returned_mail")

    assert capsys.readouterr().out == "1 mail read, 1 of ours came back.\n"
    settings.MAIL_RETURNS_MAILBOX = ""
    with pytest.raises(CommandError, match="not set"):
        call_command("read_returned_mail")
