#!/bin/sh
# Fetches the vendored parts anew: `make vendor`. Needs npm and a network; nothing else does.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- lucide: one sprite of the icons we use, "our name=lucide's name" -------------------------
version=$(cat "$here/lucide/VERSION")
[ $# -eq 0 ] || version=$1
(cd "$work" && npm pack --silent "lucide-static@$version" >/dev/null && tar xzf ./*.tgz)

{
  printf '%s\n' '<svg xmlns="http://www.w3.org/2000/svg">'
  printf '%s\n' "<!-- lucide $version, ISC licence, see LICENSE. Made by static/vendor/update.sh. -->"
  while IFS='=' read -r ours theirs; do
    [ -n "$ours" ] || continue
    printf '<symbol id="%s" viewBox="0 0 24 24">' "$ours"
    sed -n '/<path\|<circle\|<rect\|<line\|<poly\|<ellipse/p' \
      "$work/package/icons/${theirs:-$ours}.svg" | sed 's/^ *//' | tr -d '\n'
    printf '</symbol>\n'
  done <"$here/lucide/icons.txt"
  printf '</svg>\n'
} >"$work/sprite.svg"

cp "$work/sprite.svg" "$here/lucide/sprite.svg"
cp "$work/package/LICENSE" "$here/lucide/LICENSE"
printf '%s\n' "$version" >"$here/lucide/VERSION"
echo "lucide $version: $(grep -c '<symbol' "$here/lucide/sprite.svg") icons"

# --- scripts, as their packages carry them: folder, package, files ------------------------------
take() {
  name=$1 package=$2
  shift 2
  kept=$(cat "$here/$name/VERSION")
  rm -rf "$work/package" "$work"/*.tgz
  (cd "$work" && npm pack --silent "$package@$kept" >/dev/null && tar xzf ./*.tgz)
  for file; do cp "$work/package/$file" "$here/$name/"; done
  cp "$work/package/LICENSE" "$here/$name/LICENSE"
  echo "$name $kept"
}

take photoswipe photoswipe dist/photoswipe.esm.min.js dist/photoswipe.css
take sortable sortablejs Sortable.min.js
