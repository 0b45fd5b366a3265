/** The alumni site's tables, in an order their foreign keys allow. Runs on MySQL and on MariaDB. */
export const alumniTables = `
CREATE TABLE users (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(190) NOT NULL UNIQUE,
  password_hash BINARY(32) NOT NULL,
  status ENUM('active', 'blocked') NOT NULL DEFAULT 'active',
  created_at DATETIME(3) NOT NULL
);
CREATE TABLE user_profiles (
  user_id INT UNSIGNED NOT NULL PRIMARY KEY,
  first_name VARCHAR(80) NOT NULL,
  last_name VARCHAR(80) NOT NULL,
  full_name VARCHAR(161) GENERATED ALWAYS AS (CONCAT(first_name, ' ', last_name)) STORED,
  graduated SMALLINT UNSIGNED,
  about TEXT,
  preferences JSON,
  KEY by_name (full_name),
  CONSTRAINT profile_of FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE user_invitations (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(190) NOT NULL,
  token BINARY(16) NOT NULL,
  invited_by INT UNSIGNED NOT NULL,
  status ENUM('pending', 'accepted', 'expired') NOT NULL DEFAULT 'pending',
  created_at DATETIME(3) NOT NULL,
  KEY by_time (created_at),
  CONSTRAINT invited_by FOREIGN KEY (invited_by) REFERENCES users (id)
);
CREATE TABLE donations (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id INT UNSIGNED NOT NULL,
  amount DECIMAL(12, 2) NOT NULL,
  currency CHAR(3) NOT NULL DEFAULT 'USD',
  note VARCHAR(200),
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT donated_by FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE events (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  place VARCHAR(100),
  starts_at DATETIME NOT NULL
);
CREATE TABLE event_registrations (
  event_id INT UNSIGNED NOT NULL,
  user_id INT UNSIGNED NOT NULL,
  guests TINYINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (event_id, user_id),
  CONSTRAINT registered_for FOREIGN KEY (event_id) REFERENCES events (id),
  CONSTRAINT registered_by FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE TABLE user_changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id INT UNSIGNED NOT NULL,
  old_status VARCHAR(20),
  new_status VARCHAR(20),
  changed_at DATETIME(3) NOT NULL
);`;

/** One of every other kind. The view calls the function, so a restore has to bring the function first. */
export const alumniObjects = [
  `CREATE FUNCTION years_between(earlier SMALLINT UNSIGNED, later SMALLINT UNSIGNED) RETURNS SMALLINT
   DETERMINISTIC NO SQL
   RETURN CAST(later AS SIGNED) - CAST(earlier AS SIGNED)`,

  `CREATE VIEW directory AS
   SELECT u.id, p.full_name, u.email, years_between(p.graduated, 2026) AS years_since
   FROM users u JOIN user_profiles p ON p.user_id = u.id WHERE u.status = 'active'`,

  `CREATE PROCEDURE block_user(IN who INT UNSIGNED)
   COMMENT 'kept away, politely 🙏'
   UPDATE users SET status = 'blocked' WHERE id = who`,

  `CREATE TRIGGER note_status_change AFTER UPDATE ON users FOR EACH ROW
   BEGIN
     IF NEW.status <> OLD.status THEN
       INSERT INTO user_changes (user_id, old_status, new_status, changed_at)
       VALUES (NEW.id, OLD.status, NEW.status, NOW(3));
     END IF;
   END`,

  `CREATE EVENT expire_invitations ON SCHEDULE EVERY 1 HOUR STARTS '2026-01-01 00:30:00' DO
   UPDATE user_invitations SET status = 'expired'
   WHERE status = 'pending' AND created_at < NOW(3) - INTERVAL 90 DAY`,
];
