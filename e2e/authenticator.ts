import type { Page } from "@playwright/test";

/**
 * Gives the browser a device with passkeys that asks for a finger, and gets it at once. Returns a
 * function that takes the finger away, and gives it back: the sign-in page asks by itself.
 */
export async function addAuthenticator(page: Page): Promise<(isPresent: boolean) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async (enabled) =>
    void (await session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }));
}
