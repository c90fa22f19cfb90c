namespace Vascular.Devices.Nonin;

/// <summary>What the settings on the tape say about a Nonin oximeter.</summary>
public sealed record NoninOptions
{
    /// <summary>The format the device is set to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None of the formats.</exception>
    public NoninFormat Format
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Format), value, "Formats 1, 2, 7, 8 and 13 exist.");
    } = NoninFormat.Format7;

    /// <summary>When nothing of the format is understood, the others of 7, 2 and 8 are tried, the best plethysmogram first, until one is.</summary>
    public bool FallBack { get; init; }

    /// <summary>Tell the device its format when the line opens, and the next one when it declines. For a 9560 or 3150 only: OEM III and Xpod take no commands.</summary>
    public bool SetFormat { get; init; }

    /// <summary>Windows in a row that must hold before a position is believed to begin a frame of format 7: 2 to 25. With 5, random bytes at full line rate
    /// (960 a second) are taken for frames less than once in 1000 years; with the protocol page's smallest number, 2, about every 5 minutes.
    /// The frames looked at are not lost, only delivered 1/75 s each later, once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 2 to 25.</exception>
    public int AlignmentWindows
    {
        get;
        init => field = value is >= NoninAlignment.FewestWindows and <= NoninCodec.FramesPerPacket
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AlignmentWindows), value, "2 to 25 windows.");
    } = 5;

    /// <summary>Status bit 6 says that the sensor is unplugged (OEM III, Xpod). False for the 9560, where the bit is reserved.</summary>
    public bool SensorDisconnectedBit { get; init; } = true;
}
