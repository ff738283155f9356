#!/usr/bin/env bash
# Installs opsec from this folder, without a network:  ./install.sh [FOLDER]   (default: ~/opsec)
# First compare the output of `sha256sum SHA256SUMS` with what the maker of the bundle sent you by another way.
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
here=$(cd "$(dirname "$0")" && pwd)
target=$(realpath -m "${1:-$HOME/opsec}")

fail() { printf '%s\n%s\n' "$1" "$2" >&2; exit 1; }  # in English and in Arabic

cd "$here"
sha256sum --check --strict --quiet SHA256SUMS || fail \
  "A file of this bundle is damaged or missing; copy the whole folder again." \
  "في هذه الحزمة ملف تالف أو مفقود؛ انسخ المجلد كله من جديد."
unlisted=$(comm -13 <(sed 's/^[0-9a-f]*  //' SHA256SUMS | sort) <(find . -type f ! -path ./SHA256SUMS -printf '%P\n' | sort))
[ -z "$unlisted" ] || fail \
  "These files do not belong to the bundle; remove them: $unlisted" \
  "هذه الملفات ليست من الحزمة؛ احذفها: $unlisted"

. ./made-for
. /etc/os-release
[ "$SYSTEM" = "$ID $VERSION_ID" ] && [ "$ARCHITECTURE" = "$(dpkg --print-architecture)" ] || fail \
  "This bundle is for $SYSTEM on $ARCHITECTURE, this machine is $ID $VERSION_ID on $(dpkg --print-architecture); make one on a machine like this." \
  "هذه الحزمة لنظام $SYSTEM على $ARCHITECTURE؛ أنشئ حزمة على جهاز مثل هذا الجهاز."
[ ! -e "$target" ] || fail \
  "$target exists already; name another folder, or remove it." \
  "المجلد $target موجود؛ اذكر مجلدًا آخر أو احذفه."

# ── Debian packages: only those that are missing, from this folder alone ──────────────────────
missing=()
for name in $NEEDED; do
  dpkg-query --show --showformat '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/lists/partial" "$work/parts"
  cp -r debian "$work/debian"  # a path without spaces, readable for apt's own user
  chmod -R a+rX "$work"
  echo "deb [trusted=yes] file:$work/debian ./" > "$work/sources.list"  # its hashes were checked above
  offline=(-qq -y --no-install-recommends -o "Dir::Etc::sourcelist=$work/sources.list" -o "Dir::Etc::sourceparts=$work/parts"
    -o "Dir::State::lists=$work/lists")
  "${as_root[@]}" apt-get "${offline[@]}" update
  "${as_root[@]}" apt-get "${offline[@]}" install "${missing[@]}" || fail \
    "apt-get could not install ${missing[*]}; see its message above." \
    "تعذّر على apt-get تثبيت ${missing[*]}؛ انظر رسالته أعلاه."
fi

# ── opsec and its packages ────────────────────────────────────────────────────────────────────
python=$(command -v "python$PYTHON") || fail \
  "Python $PYTHON is not on this machine; make a bundle with the Python that it has." \
  "الإصدار $PYTHON من Python غير موجود على هذا الجهاز؛ أنشئ حزمة بالإصدار الموجود عليه."
"$python" -m venv "$target"
offline_pip() { "$target/bin/python" -m pip --isolated install --quiet --disable-pip-version-check --no-index --no-deps "$@"; }
offline_pip --find-links wheels --require-hashes -r requirements.txt
offline_pip wheels/opsec-*.whl

"$target/bin/opsec" doctor || true  # it names what is missing, and the next step
echo "opsec is installed: $target/bin/opsec"
