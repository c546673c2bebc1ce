/** Everything that a doctor writes lies below this, in every storage; nothing of the application's does. */
export const PROBE_PREFIX = "doctor/";
