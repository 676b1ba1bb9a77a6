/**
 * What programs that read the web call themselves. Players and downloaders are none: a person
 * started them. Cubot makes telephones.
 */
const ROBOTS =
  /(?<!cu)bot\b|crawler|spider|slurp|facebookexternalhit|bingpreview|pingdom|uptime|statuscake|site24x7/i;

export function isRobot(agent: string): boolean {
  return ROBOTS.test(agent);
}
