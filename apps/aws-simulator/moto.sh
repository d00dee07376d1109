#!/bin/bash
# moto, an AWS emulator that this project did not write, unpacked from Debian's packages; nothing is installed system-wide.
#   moto.sh install DIR        download and unpack (about 15 s, 130 MB); does nothing when DIR is complete
#   moto.sh serve DIR PORT     run it in the foreground on 127.0.0.1:PORT
# It takes the mirror from the machine's own source list and fails where there is none (another system, no network).
set -euo pipefail
dir=$(mkdir -p "${2:?folder}" && cd "$2" && pwd)
sources=/etc/apt/sources.list.d/debian.sources

install() {
  # One run at a time downloads, the others wait for it.
  exec 9> "$dir/lock"
  flock 9
  [ -e "$dir/complete" ] && return 0
  [ -r "$sources" ] || { echo "no $sources: this needs Debian 12" >&2; exit 1; }
  mkdir -p "$dir"/{debs,root,stubs/openapi_spec_validator/validation,apt/lists/partial,apt/archives/partial}
  # Debian 12 has no moto; the next release's is pure Python and runs on Debian 12's libraries.
  sed -n '1,/^$/p' "$sources" | sed 's/bookworm-updates//; s/bookworm/trixie/' > "$dir/apt/trixie.sources"
  local trixie=(-o "Dir::Etc::sourcelist=$dir/apt/trixie.sources" -o Dir::Etc::sourceparts=- \
    -o "Dir::State::lists=$dir/apt/lists" -o "Dir::Cache=$dir/apt")
  cd "$dir/debs"
  apt-get "${trixie[@]}" update -qq
  apt-get "${trixie[@]}" download -q python3-moto python3-joserfc > /dev/null
  apt-get update -qq
  apt-get download -q $(printf 'python3-%s ' boto3 botocore s3transfer jmespath dateutil six requests urllib3 certifi idna \
    chardet charset-normalizer responses toml xmltodict jinja2 markupsafe werkzeug flask flask-cors itsdangerous click \
    colorama cryptography cffi-backend yaml antlr4 pyparsing docker websocket packaging graphql-core jsondiff) > /dev/null
  for deb in *.deb; do dpkg -x "$deb" ../root; done
  # Only imported, never called, and not among the packages.
  cd ../stubs/openapi_spec_validator
  echo 'def validate(*a, **k): return None' > __init__.py
  touch validation/__init__.py
  echo 'class OpenAPIValidationError(Exception): pass' > validation/exceptions.py
  touch "$dir/complete"
}

case ${1:-} in
  install) install ;;
  serve)
    export PYTHONPATH=$dir/root/usr/lib/python3/dist-packages:$dir/stubs PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
    exec /usr/bin/python3 -W ignore "$dir/root/usr/bin/moto_server" -H 127.0.0.1 -p "${3:?port}"
    ;;
  *) sed -n 2,5p "$0"; exit 2 ;;
esac
