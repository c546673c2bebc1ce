/** README.txt of the archive. For people who may not know what a hash is. */
export const README = `Your data
=========

This archive holds what the site had about you at the moment of the download.

documents/       your files, in a folder for each kind, with the day of the upload
profile.json     your profile and account
files.json       all your files, also those that were deleted
accesses.json    who opened your files, and when
decisions.json   what reviewers decided about your files
receipts.json    the proof of each deletion
requests.json    what we asked you for
sessions.json    where you were signed in
passkeys.json    the names of your passkeys, and when you used them
trail.json       entries about you in the audit trail
manifest.json    every entry of this archive with its SHA-256, and the files that are missing
SHA256SUMS       the same list, for the commands below

A SHA-256 is a fingerprint: it differs if one byte of a file differs. Times are in UTC.
The archive does not contain what reviewers and admins wrote for each other.

Check that all files are complete
---------------------------------

Unpack the archive. Open a terminal in its folder, and run the line of your system.

Linux:    sha256sum -c SHA256SUMS

macOS:    shasum -a 256 -c SHA256SUMS

Windows:  in PowerShell. It prints the files that differ, and nothing if all are complete.
          Get-Content SHA256SUMS -Encoding utf8 | ForEach-Object { $sum, $path = $_ -split '  ', 2; if ((Get-FileHash -LiteralPath $path).Hash -ne $sum) { $path } }
`;
