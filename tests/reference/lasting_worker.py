"""A worker that stays for many rounds: `python -m tests.reference.lasting_worker DATABASE SMTP_PORT`.

Reads a line for each round, minutes after the start of time here; starts an alert run by hand, which may overlap with
another process's, and works until nothing is due. Answers with how many mails it handed to SMTP in this round.
"""

import asyncio
import sys
from datetime import timedelta

from parcelproof.reference.adapters.smtp_out import SmtpMailer
from parcelproof.reference.ports import Mail, Mailer
from parcelproof.reference.usecases import alerting, companies

from .outside import World
from .rig import CONFIG, NOW, Rig


class CountingMailer:
    """A real mailer that counts what the server took."""

    def __init__(self, port: int) -> None:
        self.count = 0
        self._inner = SmtpMailer("127.0.0.1", port)

    async def send(self, mail: Mail) -> None:
        await self._inner.send(mail)
        self.count += 1


class LastingRig(Rig):
    """A rig whose mails leave over the wire, on a database that somebody else has filled."""

    def __init__(self, url: str, port: int) -> None:
        super().__init__(url, World(), CONFIG)
        self._mailer = CountingMailer(port)

    def mailer(self) -> Mailer:
        return self._mailer

    async def work(self) -> None:
        """Do one round for each line."""
        self._build()
        await self.store.start()
        self.actor = await companies.sign_in(self.shop, "boss-token")
        print("ready", flush=True)
        for line in sys.stdin:
            self.clock.move(NOW + timedelta(minutes=int(line)))
            before = self._mailer.count
            await alerting.run_by_hand(self.shop, self.actor)
            await self.worker.run_until(self.clock.now())
            print(self._mailer.count - before, flush=True)
        await self.stop()


if __name__ == "__main__":
    asyncio.run(LastingRig(sys.argv[1], int(sys.argv[2])).work())
