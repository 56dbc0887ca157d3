<?php

// What must survive a crash, in one SQLite file. Every request of `php -S` begins anew and finds everything here.

declare(strict_types=1);

const SCHEMA = <<<'SQL'
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
  place INTEGER PRIMARY KEY, number TEXT UNIQUE NOT NULL, due INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_by_due ON orders (due);
CREATE TABLE IF NOT EXISTS labels (number TEXT PRIMARY KEY, content BLOB NOT NULL);
SQL;

final class Store
{
    private SQLite3 $db;

    public function __construct(string $folder)
    {
        if (!is_dir($folder)) {
            mkdir($folder, 0700, true);
        }
        $this->db = new SQLite3("$folder/connector.sqlite3");
        $this->db->enableExceptions(true);
        $this->db->busyTimeout(5000);
        $this->db->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
        $this->db->exec(SCHEMA);
    }

    public function clear(): void
    {
        $this->db->exec('BEGIN; DELETE FROM settings; DELETE FROM orders; DELETE FROM labels; COMMIT');
    }

    public function setting(string $name): mixed
    {
        $row = $this->query('SELECT value FROM settings WHERE name = ?', $name)[0] ?? null;
        return $row === null ? null : json_decode($row['value'], true);
    }

    public function set(string $name, mixed $value): void
    {
        $this->query('INSERT OR REPLACE INTO settings VALUES (?, ?)', $name, json_encode($value, JSON_THROW_ON_ERROR));
    }

    public function order(string $number): ?array
    {
        return $this->orders('SELECT body FROM orders WHERE number = ?', $number)[0] ?? null;
    }

    public function all(): array
    {
        return $this->orders('SELECT body FROM orders ORDER BY place');
    }

    /** The order whose turn is next, if that is by then; of equals the one that was placed first. */
    public function next(int $untilMs): ?array
    {
        $query = 'SELECT body FROM orders WHERE due <= ? ORDER BY due, place LIMIT 1';
        return $this->orders($query, $untilMs)[0] ?? null;
    }

    public function keep(array $order): void
    {
        $body = json_encode($order, JSON_THROW_ON_ERROR);
        $this->query(
            'INSERT INTO orders (number, due, body) VALUES (?1, ?2, ?3)'
            . ' ON CONFLICT (number) DO UPDATE SET due = ?2, body = ?3',
            $order['number'],
            $order['due'],
            $body,
        );
    }

    public function label(string $number): ?string
    {
        return $this->query('SELECT content FROM labels WHERE number = ?', $number)[0]['content'] ?? null;
    }

    /** Keep a label; the first bytes stay. */
    public function keepLabel(string $number, string $content): void
    {
        $statement = $this->db->prepare('INSERT OR IGNORE INTO labels VALUES (?, ?)');
        $statement->bindValue(1, $number);
        $statement->bindValue(2, $content, SQLITE3_BLOB);
        $statement->execute();
    }

    private function orders(string $query, string|int ...$values): array
    {
        return array_map(fn ($row) => json_decode($row['body'], true), $this->query($query, ...$values));
    }

    private function query(string $query, string|int|null ...$values): array
    {
        $statement = $this->db->prepare($query);
        foreach ($values as $place => $value) {
            $statement->bindValue($place + 1, $value);
        }
        $found = $statement->execute();
        $rows = [];
        while ($found->numColumns() > 0 && ($row = $found->fetchArray(SQLITE3_ASSOC))) {
            $rows[] = $row;
        }
        return $rows;
    }
}
