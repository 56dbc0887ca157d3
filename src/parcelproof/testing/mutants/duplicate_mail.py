"""Each mail is handed to SMTP twice."""

from parcelproof.reference.usecases import alerting

from .patching import rewrite


def apply() -> None:
    rewrite(
        alerting.send_mail,
        (
            "await ports.mailer.send(letter.mail)",
            "await ports.mailer.send(letter.mail); await ports.mailer.send(letter.mail)",
        ),
    )
