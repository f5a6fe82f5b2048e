// Why a connection gave no authorization, in a sentence that may be shown (StateReason): it names no secret.

export class ConnectionFault extends Error {}
