#!/bin/sh
# Collects the client programs of the MySQL or MariaDB on this machine, each with the libraries and the loader that it was built for,
# in a folder that works on any other Linux of the same architecture: collect-client.sh /opt/client
# The Dockerfile runs it in the database's own official image. The folder is good for one place: the one it was made at.
set -eu
folder=${1:?"Say where to: collect-client.sh FOLDER"}
mkdir -p "$folder/bin" "$folder/lib" "$folder/libexec"

found=
for name in mysqldump mysql mysqlbinlog mariadb-dump mariadb mariadb-binlog; do
  program=$(command -v "$name") || continue
  found="$found $name"
  cp -L "$program" "$folder/libexec/$name"
  # Every word of what ldd says that is a path is a library, or the loader.
  for word in $(ldd "$program"); do
    case $word in /*) cp -L "$word" "$folder/lib/" ;; esac
  done
done
[ -n "$found" ] || { echo "There is no client program of MySQL or MariaDB on PATH." >&2; exit 1; }

loader=$(ls "$folder"/lib/ld-linux*)
for name in $found; do
  printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "$loader" "$folder/lib" "$folder/libexec/$name" > "$folder/bin/$name"
  chmod 755 "$folder/bin/$name"
  "$folder/bin/$name" --version
done
