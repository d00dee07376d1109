const HOW =
  `amber brave breezy bright calm clear coral crisp eager early fair gentle golden grand happy jolly keen kind lively
  lucky mellow merry misty noble northern open proud quick quiet ready royal salty silver smooth snug steady sunny swift
  tidal warm`.split(/\s+/);
const WHAT =
  `anchor barge bay beacon bell bosun breeze brig buoy canal captain channel clipper compass cove current cutter deck
  delta dock ferry fjord galley harbour heron island jetty keel lagoon lantern lighthouse marina mast otter pelican pier
  pilot quay reef sail schooner seal sloop strait tern tide trawler tug wharf`.split(/\s+/);

/** A name for who does not care: `calm-harbour`. */
export const friendlyName = (): string =>
  [HOW, WHAT].map((words) => words[Math.floor(Math.random() * words.length)]).join('-');
