/** The highest length of a link's address, in UTF-16 units. */
export const MAX_ADDRESS_LENGTH = 1000;

/** A name with a dot, and no IP address. The URL parser writes every other script in Punycode. */
const HOST_NAME = /^(?:[a-z0-9_-]{1,63}\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

/**
 * Reads the web address that a person has typed. The result is ASCII: the host is in Punycode, so
 * no letter of another script looks like a letter of a known name. `problem` says what is wrong, as
 * a predicate. Runs in the browser too.
 */
export function parseWebAddress(text: string): { url: string; host: string } | { problem: string } {
  const typed = text.trim();
  if (typed === "") return { problem: "must not be empty" };
  // The parser also reads "https:example.org", which looks like no address.
  if (!/^https:\/\//i.test(typed)) return { problem: "must begin with https://" };
  const parsed = URL.canParse(typed) ? new URL(typed) : null;
  if (!parsed || !HOST_NAME.test(parsed.hostname))
    return { problem: "must have the name of a website, such as https://example.org" };
  if (parsed.username !== "" || parsed.password !== "")
    return { problem: "must not have a user name or a password" };
  if (parsed.href.length > MAX_ADDRESS_LENGTH)
    return { problem: `must have at most ${MAX_ADDRESS_LENGTH} characters` };
  return { url: parsed.href, host: parsed.host };
}
