"""Where the engine remembers: tables, migrations, transactions of one company, the outbox."""
