#!/bin/bash
# Berth's agent: mounts the data disk, starts the product and reports each step, signed, to one SNS topic.
# Runs once per boot as a systemd unit. Needs bash, curl >= 7.75, openssl and coreutils.
#   agent.sh                the boot
#   agent.sh sign           signs its standard input
#   agent.sh report PHASE [DETAIL]
set -uo pipefail

ETC=${BERTH_ETC:-/etc/berth}
LIB=${BERTH_LIB:-/usr/local/lib/berth}
STATE=${BERTH_STATE:-/var/lib/berth}
IMDS=${BERTH_IMDS:-http://169.254.169.254}
BOOT_ID=$(cat /proc/sys/kernel/random/boot_id)
DATA_PATH=$(cat "$ETC/data-path")

# agent.json is compact JSON with unique keys; jq is not on every image.
text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$ETC/agent.json"; }
number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$ETC/agent.json"; }

# IMDSv2 (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html)
imds() {
  local token
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$IMDS/latest/api/token") || return 1
  curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$IMDS/latest/$1"
}

sign() {
  local key
  key=$(text secret | base64 -d | od -An -v -tx1 | tr -d ' \n')
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1
}

# One more than the highest of the two copies: the data disk outlives the root disk, and is not there at first.
next_counter() {
  local file highest=0 seen
  for file in "$STATE/counter" "$DATA_PATH/.berth/counter"; do
    seen=$(cat "$file" 2>/dev/null)
    [[ $seen =~ ^[0-9]+$ ]] && ((seen > highest)) && highest=$seen
  done
  echo $((highest + 1)) | tee "$STATE/counter.new"
  mv "$STATE/counter.new" "$STATE/counter"
  mountpoint -q "$DATA_PATH" && mkdir -p "$DATA_PATH/.berth" && cp "$STATE/counter" "$DATA_PATH/.berth/counter"
  sync -f "$STATE/counter"
}

credential() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$CREDENTIALS"; }

# The secret values reach curl on its standard input: a command line can be read by every process.
publish() {
  local topic region role CREDENTIALS
  topic=$(text topicArn)
  region=$(cut -d: -f4 <<<"$topic")
  role=$(imds meta-data/iam/security-credentials/) || return 1
  CREDENTIALS=$(imds "meta-data/iam/security-credentials/$role") || return 1
  curl -sf -m 10 -o /dev/null -K - --aws-sigv4 "aws:amz:$region:sns" "${BERTH_SNS:-https://sns.$region.amazonaws.com}/" \
    --data-urlencode Action=Publish --data-urlencode Version=2010-03-31 \
    --data-urlencode "TopicArn=$topic" --data-urlencode "Message=$1" <<EOT
user = "$(credential AccessKeyId):$(credential SecretAccessKey)"
header = "X-Amz-Security-Token: $(credential Token)"
EOT
}

report() {
  local phase=$1 detail payload message attempt
  detail=$(tr -cd '[:alnum:] ._:/=-' <<<"${2:-}" | cut -c1-400)
  payload="{\"serverId\":\"$(text serverId)\",\"instanceId\":\"$(imds meta-data/instance-id)\",\"bootId\":\"$BOOT_ID\""
  payload+=",\"counter\":$(next_counter),\"phase\":\"$phase\"${detail:+,\"detail\":\"$detail\"}}"
  message="{\"type\":\"berth.agent-report.v1\",\"payload\":\"${payload//\"/\\\"}\""
  message+=",\"keyId\":\"$(text keyId)\",\"signature\":\"$(printf %s "$payload" | sign)\"}"
  for attempt in 1 2 4 8 16; do
    publish "$message" && return
    sleep "$attempt"
  done
  echo "the report $phase could not be published" >&2
}

give_up() {
  echo "$1" >&2
  report failed "$1"
  exit 1
}

boot() {
  report booted
  "$LIB/prepare-disk.sh" "$(text dataDevice)" "$DATA_PATH" || give_up 'the data disk could not be mounted'
  if [ -d "$STATE/files" ]; then cp -a "$STATE/files/." /; fi
  report disk_mounted
  "$LIB/start.sh" || give_up 'a start command failed'
  report started
  until curl -skf -m 2 -o /dev/null "$(text scheme)://127.0.0.1:$(number port)$(text path)"; do sleep 1; done
  report ready
}

mkdir -p "$STATE"
case "${1:-boot}" in
  boot) boot ;;
  sign) sign ;;
  report) report "$2" "${3:-}" ;;
esac
