namespace Vascular.Devices.Nonin;

/// <summary>The status byte of formats 2 and 7, active high.</summary>
[Flags]
public enum NoninStatus : byte
{
    None = 0,

    /// <summary>First frame of a packet of 25.</summary>
    Sync = 0x01,

    /// <summary>GPRF. Alone: high amplitude; together with <see cref="RedPulse"/>: marginal.</summary>
    GreenPulse = 0x02,

    /// <summary>RPRF. Alone: low amplitude.</summary>
    RedPulse = 0x04,

    /// <summary>Unusable data, for instance the sensor was taken off.</summary>
    SensorAlarm = 0x08,

    /// <summary>Sustained absence of good pulses.</summary>
    OutOfTrack = 0x10,

    /// <summary>Artefact on the current pulse; only set during a pulse.</summary>
    Artefact = 0x20,

    /// <summary>Sensor unplugged (OEM III, Xpod); reserved on the 9560.</summary>
    SensorDisconnected = 0x40,

    /// <summary>Bit 7, set in every status byte.</summary>
    Always = 0x80,
}

/// <summary>Amplitude class the device gives a pulse, held for 12 frames (160 ms) from its beginning.</summary>
public enum NoninPerfusion
{
    /// <summary>No pulse is being marked.</summary>
    NoPulse,

    /// <summary>Green: high amplitude.</summary>
    High,

    /// <summary>Yellow: low or marginal amplitude.</summary>
    Marginal,

    /// <summary>Red: low or no amplitude.</summary>
    Low,
}

/// <summary>One frame of format 2 or 7: a plethysmogram sample and one byte of the packet's numbers. 75 frames a second, 25 to a packet.</summary>
/// <param name="Status">Status byte as on the wire.</param>
/// <param name="Pleth">Infra-red plethysmogram, filtered (no DC), counts of no stated unit: 0 to 65535 in format 7, 0 to 255 and compressed in format 2.</param>
/// <param name="Float">The byte whose meaning follows from the frame's number in the packet (<see cref="NoninNumerics"/>).</param>
/// <remarks>Source: Nonin, Model 9560 OEM Specification and Technical Information; docs/devices/nonin.md.</remarks>
public readonly record struct NoninFrame(NoninStatus Status, ushort Pleth, byte Float)
{
    /// <summary>First frame of a packet.</summary>
    public bool Sync => (Status & NoninStatus.Sync) != 0;

    public bool Artefact => (Status & NoninStatus.Artefact) != 0;

    public bool OutOfTrack => (Status & NoninStatus.OutOfTrack) != 0;

    public bool SensorAlarm => (Status & NoninStatus.SensorAlarm) != 0;

    /// <summary>OEM III and Xpod; the bit is reserved on the 9560.</summary>
    public bool SensorDisconnected => (Status & NoninStatus.SensorDisconnected) != 0;

    /// <summary>The device marks a pulse at this sample.</summary>
    public bool PulseMark => Perfusion != NoninPerfusion.NoPulse;

    public NoninPerfusion Perfusion => (Status & (NoninStatus.GreenPulse | NoninStatus.RedPulse)) switch
    {
        NoninStatus.GreenPulse => NoninPerfusion.High,
        NoninStatus.RedPulse => NoninPerfusion.Low,
        NoninStatus.None => NoninPerfusion.NoPulse,
        _ => NoninPerfusion.Marginal,
    };
}
