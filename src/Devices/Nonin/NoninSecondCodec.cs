using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>Nonin serial data formats 1 (three bytes) and 8 (four bytes), once a second: bit 7 is set in the first byte alone, and there is no checksum.</summary>
/// <remarks>Sources: format 8, Nonin, Model 9560 OEM Specification (its prose says three bytes, its layout four: four are read); format 1, one public
/// page. A changed value passes unseen as long as the saturation stays within 0 to 100 %. Neither format can be told from the other by one frame.</remarks>
public static class NoninSecondCodec
{
    /// <summary>Bytes in a frame of format 1.</summary>
    public const int Format1Bytes = 3;

    /// <summary>Bytes in a frame of format 8.</summary>
    public const int Format8Bytes = 4;

    private const int MissingRate = 511;
    private const int MissingSaturation = 127;
    private const int HighestSaturation = 100;

    /// <summary>Takes one frame of format 1, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="fault">With InvalidData: Noise, or Range for a saturation of 101 to 126 %.</param>
    public static OperationStatus TryReadFormat1(ref ReadOnlySequence<byte> wire, out NoninSecond second, out WireFault fault)
    {
        second = default;
        Span<byte> frame = stackalloc byte[Format1Bytes];
        OperationStatus status = BitSevenFrame.Cut(ref wire, firstHasIt: true, static _ => Format1Bytes, frame, out _, out fault);
        return status != OperationStatus.Done ? status : Numbers(frame, FlagsOfFormat1(frame[0]), out second, out fault);
    }

    /// <summary>Takes one frame of format 8, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <inheritdoc cref="TryReadFormat1"/>
    public static OperationStatus TryReadFormat8(ref ReadOnlySequence<byte> wire, out NoninSecond second, out WireFault fault)
    {
        second = default;
        Span<byte> frame = stackalloc byte[Format8Bytes];
        OperationStatus status = BitSevenFrame.Cut(ref wire, firstHasIt: true, static _ => Format8Bytes, frame, out _, out fault);
        return status != OperationStatus.Done ? status : Numbers(frame, FlagsOfFormat8(frame[0], frame[3]), out second, out fault);
    }

    private static OperationStatus Numbers(ReadOnlySpan<byte> frame, NoninSecondFlags flags, out NoninSecond second, out WireFault fault)
    {
        int rate = ((frame[0] & 0x03) << 7) | frame[1];
        int saturation = frame[2];
        bool allowed = saturation is <= HighestSaturation or MissingSaturation;
        fault = allowed ? WireFault.None : WireFault.Range;
        second = allowed ? new NoninSecond(rate == MissingRate ? null : rate, saturation == MissingSaturation ? null : saturation, flags) : default;
        return allowed ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private static NoninSecondFlags FlagsOfFormat1(byte first) =>
        Flag(first, 0x40, NoninSecondFlags.SensorDisconnected) | Flag(first, 0x20, NoninSecondFlags.OutOfTrack)
        | Flag(first, 0x10, NoninSecondFlags.LowPerfusion) | Flag(first, 0x08, NoninSecondFlags.MarginalPerfusion) | Flag(first, 0x04, NoninSecondFlags.Artefact);

    /// <summary>Bit 6 of the first byte and bits 6, 4, 2 and 1 of the last are reserved and not looked at.</summary>
    private static NoninSecondFlags FlagsOfFormat8(byte first, byte last) =>
        Flag(first, 0x20, NoninSecondFlags.OutOfTrack) | Flag(first, 0x10, NoninSecondFlags.LowPerfusion)
        | Flag(first, 0x08, NoninSecondFlags.MarginalPerfusion) | Flag(first, 0x04, NoninSecondFlags.Artefact)
        | Flag(last, 0x20, NoninSecondFlags.HighQuality) | Flag(last, 0x08, NoninSecondFlags.SensorAlarm) | Flag(last, 0x01, NoninSecondFlags.LowBattery);

    private static NoninSecondFlags Flag(byte value, byte bit, NoninSecondFlags flag) => (value & bit) != 0 ? flag : NoninSecondFlags.None;
}
