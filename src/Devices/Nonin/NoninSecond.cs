namespace Vascular.Devices.Nonin;

/// <summary>Flags of formats 1 and 8, gathered under one set of names; which of them a format can carry stands beside each.</summary>
[Flags]
public enum NoninSecondFlags
{
    None = 0,

    /// <summary>Format 1.</summary>
    SensorDisconnected = 0x01,

    /// <summary>Unusable data, for instance the sensor was taken off. Format 8.</summary>
    SensorAlarm = 0x02,

    /// <summary>Sustained absence of good pulses. Formats 1 and 8.</summary>
    OutOfTrack = 0x04,

    /// <summary>Formats 1 and 8.</summary>
    LowPerfusion = 0x08,

    /// <summary>Formats 1 and 8.</summary>
    MarginalPerfusion = 0x10,

    /// <summary>Artefact; format 1 calls it a bad pulse. Formats 1 and 8.</summary>
    Artefact = 0x20,

    /// <summary>SPA, the device's high-quality mark. Format 8.</summary>
    HighQuality = 0x40,

    /// <summary>Format 8.</summary>
    LowBattery = 0x80,
}

/// <summary>One frame of formats 1 and 8: what the device says once a second, without a plethysmogram.</summary>
/// <param name="PulsePerMin">0 to 510 per minute; null when missing.</param>
/// <param name="Spo2Percent">0 to 100 %; null when missing.</param>
public readonly record struct NoninSecond(int? PulsePerMin, int? Spo2Percent, NoninSecondFlags Flags)
{
    public bool Is(NoninSecondFlags flag) => (Flags & flag) != 0;
}
