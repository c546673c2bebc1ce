/** Prefix of all keys that the doctor writes. The application never uses it. */
export const PROBE_PREFIX = "doctor/";
