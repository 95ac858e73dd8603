"""Which mails a person gets, as they choose on a page of theirs or by the link in a mail."""
