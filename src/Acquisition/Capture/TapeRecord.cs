namespace Vascular.Acquisition.Capture;

/// <summary>What a record on the tape is. The numbers are the format's (docs/tape-format.md) and are never reused.</summary>
public enum TapeRecordType : byte
{
    /// <summary>First record of a segment, in clear: format version, examination, segment number, salt, wrapped key, seal of the segment before.
    /// Only that of segment 1 begins an examination: codecs, monitors and filters run on through the others.</summary>
    Header = 1,

    /// <summary>Ties AtNs to UTC: UTC nanoseconds since 1970 at the record's AtNs.</summary>
    Anchor = 2,

    /// <summary>Canonical JSON of every value the fold may read, effective from here on.</summary>
    Settings = 3,

    /// <summary>One read of a link, exactly as it arrived.</summary>
    Bytes = 4,

    /// <summary>Bytes sent to a link, taped before the write.</summary>
    Sent = 5,
    Wake = 6,
    Tick = 7,
    Open = 8,
    Closed = 9,
    Silent = 10,
    Heard = 11,
    WriteFailed = 12,

    /// <summary>What a person did, numbered, canonical JSON.</summary>
    Act = 13,

    /// <summary>A finding as computed, canonical JSON with doubles as 16 hex digits.</summary>
    Finding = 14,

    /// <summary>Running SHA-256 over all bytes of the segment before this record; written at each sync.</summary>
    Chain = 15,

    /// <summary>Last chain value, record count, signature; the last record of a segment.</summary>
    Seal = 16,

    /// <summary>First record after a recovery: bytes cut, new anchor. Empties codecs, monitors and filters.</summary>
    Resume = 17,

    /// <summary>Speed of simulated time from here on.</summary>
    Speed = 18,

    /// <summary>First record of a segment behind the end: what follows was done after the examination had ended. A fresh anchor, as <see cref="Anchor"/> carries it.</summary>
    Continued = 19,

    /// <summary>On a line of messages: bytes that belong to none, as they came.</summary>
    Stray = 20,
}

/// <summary>One record of an examination's tape, in clear.</summary>
/// <param name="Link">Number of the link: its place in the settings' link list, from 1; 0 where no link is meant.</param>
/// <param name="AtNs">Monotonic nanoseconds since the anchor.</param>
public readonly record struct TapeRecord(TapeRecordType Type, ushort Link, long AtNs, ReadOnlyMemory<byte> Payload);
