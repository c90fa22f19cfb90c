namespace Vascular.Devices.Nonin;

/// <summary>Where frames begin, as far as a reader of format 7 knows. The reader's state, so that the codec needs none.</summary>
/// <param name="Windows">Consecutive five-byte windows whose checksum must hold before the first of them is believed: 2 at least (docs/devices/nonin.md),
/// at most <see cref="NoninCodec.FramesPerPacket"/>. Random bytes pass n of them with probability 512⁻ⁿ at each position.</param>
/// <param name="Trusted">The next byte on the wire begins a frame.</param>
public readonly record struct NoninAlignment(int Windows, bool Trusted = false)
{
    /// <summary>The smallest number of windows that may be trusted.</summary>
    public const int FewestWindows = 2;
}
