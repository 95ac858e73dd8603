"""Reports of mails that came back, in the shapes that mail servers write them in."""

HEAD = "From: AI Infrastructure Scorecard <scorecard@example.com>\nTo: ada@example.com\nSubject: Hello\n"

POSTFIX = """\
Return-Path: <>
Delivered-To: bounces@example.com
Date: Tue, 3 Mar 2026 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@example.com
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="0C4B51A0.1772532000/mx.example.com"
Message-Id: <20260303100000.1234@mx.example.com>

This is a MIME-encapsulated message.

--0C4B51A0.1772532000/mx.example.com
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.com.

<ada@example.com>: host mail.example.com[192.0.2.7] said: 550 5.1.1
    <ada@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)

--0C4B51A0.1772532000/mx.example.com
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
X-Postfix-Queue-ID: 0C4B51A0
X-Postfix-Sender: rfc822; bounces@example.com
Arrival-Date: Tue,  3 Mar 2026 09:59:59 +0000 (UTC)

Final-Recipient: rfc822; ada@example.com
Original-Recipient: rfc822;ada@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.com
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.com>: Recipient address rejected:
    User unknown

--0C4B51A0.1772532000/mx.example.com
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{head}Message-ID: {message_id}

--0C4B51A0.1772532000/mx.example.com--
"""

# Exchange writes the whole mail back, and wraps a long Message-ID onto a line of its own.
EXCHANGE = """\
From: postmaster@corp.example
To: bounces@example.com
Date: Tue, 3 Mar 2026 10:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="8f9e65e0-9d4a"
Content-Language: en-US
Message-ID: <6c4f@exchange.corp.example>
In-Reply-To: {message_id}
Subject: Undeliverable: Hello
Auto-Submitted: auto-replied
MIME-Version: 1.0

--8f9e65e0-9d4a
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="9ab3f5d2-3f9e"

--9ab3f5d2-3f9e
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

ada@example.com
The recipient's mailbox is full and can't accept messages now.

--9ab3f5d2-3f9e
Content-Type: text/html; charset="us-ascii"

<html><body><p>The mailbox is full.</p></body></html>

--9ab3f5d2-3f9e--

--8f9e65e0-9d4a
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.corp.example
Received-From-MTA: dns;mx.example.com
Arrival-Date: Tue, 3 Mar 2026 09:59:59 +0000

Final-Recipient: rfc822;ada@example.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver; permanent exception
X-Display-Name: Ada

--8f9e65e0-9d4a
Content-Type: message/rfc822

Received: from mx.example.com by EX01.corp.example
{head}Message-ID:
 {message_id}
MIME-Version: 1.0
Content-Type: text/plain

A text

--8f9e65e0-9d4a--
"""

GMAIL = """\
Return-Path: <>
To: bounces@example.com
Auto-Submitted: auto-replied
Content-Type: multipart/report; boundary="000000000000c8d2f0"; report-type=delivery-status
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
X-Failed-Recipients: ada@example.com
Message-ID: <69a6.050a0220@mx.google.com>
Date: Tue, 03 Mar 2026 02:00:00 -0800 (PST)

--000000000000c8d2f0
Content-Type: multipart/related; boundary="000000000000c8d31e"

--000000000000c8d31e
Content-Type: multipart/alternative; boundary="000000000000c8d32a"

--000000000000c8d32a
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to ada@example.com because the address couldn't be found.

--000000000000c8d32a--
--000000000000c8d31e--
--000000000000c8d2f0
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Tue, 03 Mar 2026 01:59:59 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-20020a - gsmtp
Last-Attempt-Date: Tue, 03 Mar 2026 02:00:00 -0800 (PST)

--000000000000c8d2f0
Content-Type: message/rfc822

{head}Message-ID: {message_id}

A text

--000000000000c8d2f0--
"""

# What RFC 6533 writes for addresses beyond ASCII, encoded as it allows.
GLOBAL = """\
From: MAILER-DAEMON@mx.example.com
To: bounces@example.com
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="gg"

--gg
Content-Type: text/plain; charset=utf-8

Undelivered.

--gg
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: utf-8; ada@example.com
Action: failed
Status: 5.2.1
Diagnostic-Code: smtp; 550 5.2.1 Mailbox disabled

--gg
Content-Type: message/global-headers

{head}Message-ID: {message_id}

--gg--
"""

SHAPES = {"postfix": POSTFIX, "exchange": EXCHANGE, "gmail": GMAIL, "global": GLOBAL}


def report(shape, message_id):
    return SHAPES[shape].format(head=HEAD, message_id=message_id).replace("\n", "\r\n").encode()


def auto_reply(message_id):
    text = (
        f"From: ada@example.com\nTo: scorecard@example.com\nSubject: Out of office: Hello\nIn-Reply-To: {message_id}\n"
        "Auto-Submitted: auto-replied\nContent-Type: text/plain\n\nI am back on Monday. 550 5.1.1\n"
        f"Message-ID: {message_id}\n"
    )
    return text.encode()


def receipt(message_id):
    """That a mail was read (RFC 8098), which is a report, too."""
    text = (
        'From: ada@example.com\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nRead.\n\n--b\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822;ada@example.com\nOriginal-Message-ID: {message_id}\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
    return text.encode()


def complaint(message_id):
    text = (
        'From: fbl@example.com\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{HEAD}Message-ID: {message_id}\n\nA text\n\n--b--\n"
    )
    return text.encode()
