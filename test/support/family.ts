import type { TestServer } from './database-server.ts';

/** A family with everything that hangs on a table: parents, children in two schemas, itself, checks, triggers in an order. */
const family = `
  CREATE DATABASE club;
  CREATE DATABASE archive;
  USE club;
  CREATE TABLE cities (id INT PRIMARY KEY);
  INSERT INTO cities VALUES (1), (2);
  CREATE TABLE log (n INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(40));
  CREATE TABLE members (
    id INT AUTO_INCREMENT PRIMARY KEY, city INT, mentor INT, name VARCHAR(40) NOT NULL, age INT, upper_name VARCHAR(40) AS (UPPER(name)) STORED,
    KEY by_name (name), KEY by_age (age),
    CONSTRAINT lives_in FOREIGN KEY (city) REFERENCES cities (id) ON UPDATE CASCADE,
    FOREIGN KEY (mentor) REFERENCES members (id) ON DELETE SET NULL,
    CONSTRAINT grown CHECK (age > 17), CHECK (CHAR_LENGTH(name) > 0)
  );
  INSERT INTO members (id, city, mentor, name, age) VALUES (1, 1, NULL, 'Ann', 50), (2, 2, 1, 'Bo', 30), (3, NULL, 2, 'Cy', 20);
  CREATE TABLE dues (id INT PRIMARY KEY, member INT, CONSTRAINT paid_by FOREIGN KEY (member) REFERENCES members (id) ON DELETE CASCADE);
  INSERT INTO dues VALUES (1, 1), (2, 2);
  CREATE TABLE archive.letters (id INT PRIMARY KEY, member INT, FOREIGN KEY (member) REFERENCES club.members (id));
  INSERT INTO archive.letters VALUES (1, 3);
  CREATE TRIGGER tell BEFORE INSERT ON members FOR EACH ROW INSERT INTO log (what) VALUES (CONCAT('tell ', NEW.name));
  CREATE TRIGGER tell_again BEFORE INSERT ON members FOR EACH ROW INSERT INTO log (what) VALUES ('again ü');
  SET sql_mode = 'ANSI_QUOTES';
  CREATE TRIGGER gone AFTER DELETE ON members FOR EACH ROW INSERT INTO "log" (what) VALUES ('gone');`;

/** One statement at a time, so that each stands in the data dictionary as it was typed. */
export async function makeFamily(server: TestServer): Promise<void> {
  const connection = await server.connect();
  for (const statement of family.split(';\n')) await connection.query(statement.replace(/;$/, ''));
  await connection.end();
}
