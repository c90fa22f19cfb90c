using System.Buffers;
using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>One frame of format 13: a spot check with the device's own date and time.</summary>
/// <param name="MeasuredAt">By the device's clock, to 1/100 s; of no stated time zone.</param>
/// <param name="PulsePerMin">0 to 510 per minute; null when missing.</param>
/// <param name="Spo2Percent">0 to 100 %; null when missing.</param>
/// <param name="HighQuality">SPA, the device's high-quality mark.</param>
/// <param name="NoMeasurement">The device says that it measured nothing.</param>
/// <param name="FromMemory">Read out of the device's memory: of <paramref name="MeasuredAt"/>, not of now.</param>
public readonly record struct NoninSpotCheck(
    DateTime MeasuredAt, int? PulsePerMin, int? Spo2Percent, bool HighQuality, bool NoMeasurement, bool FromMemory, bool LowBattery);

/// <summary>Nonin serial data format 13: 00 02 00 0D, length, data, checksum of the data, 03.</summary>
/// <remarks>Source: Nonin, Model 9560 OEM Specification. Data of more than 14 bytes are read as far as they are known: the document says they may grow.
/// The rate is a plain 9-bit number here, not the 7-bit split of the other formats.</remarks>
public static class NoninSpotCheckCodec
{
    /// <summary>Data bytes that are known.</summary>
    public const int KnownData = 14;

    /// <summary>Most data bytes that are waited for; a length above it is refused as Noise.</summary>
    public const int LongestData = 64;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = HeaderBytes + LongestData + 2;

    private const int HeaderBytes = 6;
    private const byte End = 0x03;
    private const int MissingRate = 511;
    private const int MissingSaturation = 127;

    private static ReadOnlySpan<byte> Begins => [0x00, 0x02, 0x00, 0x0D];

    /// <summary>Takes one spot check, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="fault">With InvalidData: Checksum; Range for a date, time or saturation that does not exist; else Noise.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out NoninSpotCheck check, out WireFault fault)
    {
        (check, fault) = (default, WireFault.None);
        Span<byte> copy = stackalloc byte[LongestLook];
        ReadOnlySpan<byte> look = WireLook.At(wire, copy);
        if (look.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        int known = Math.Min(look.Length, Begins.Length);
        int length = look.Length < HeaderBytes ? KnownData : BinaryPrimitives.ReadUInt16BigEndian(look[4..]);
        if (!look[..known].SequenceEqual(Begins[..known]) || length is < KnownData or > LongestData)
        {
            return Refuse(ref wire, look, WireFault.Noise, out fault);
        }

        int whole = HeaderBytes + length + 2;
        if (look.Length < whole)
        {
            return OperationStatus.NeedMoreData;
        }

        fault = look[whole - 1] != End ? WireFault.Noise
            : Sum(look.Slice(HeaderBytes, length)) != look[whole - 2] ? WireFault.Checksum
            : Parse(look.Slice(HeaderBytes, length), out check);
        if (fault != WireFault.None)
        {
            return Refuse(ref wire, look, fault, out fault);
        }

        wire = wire.Slice(whole);
        return OperationStatus.Done;
    }

    /// <summary>Drops to the next byte that may begin a frame; one may start inside a damaged one.</summary>
    private static OperationStatus Refuse(ref ReadOnlySequence<byte> wire, ReadOnlySpan<byte> look, WireFault why, out WireFault fault)
    {
        int next = look[1..].IndexOf(Begins[0]) + 1;
        wire = wire.Slice(next > 0 ? next : look.Length);
        fault = why;
        return OperationStatus.InvalidData;
    }

    private static WireFault Parse(ReadOnlySpan<byte> data, out NoninSpotCheck check)
    {
        check = default;
        int rate = ((data[10] & 0x01) << 8) | data[11];
        int saturation = data[13] & 0x7F;
        if (!TryTime(data, out DateTime at) || saturation is > 100 and not MissingSaturation)
        {
            return WireFault.Range;
        }

        bool nothing = (data[8] & 0x01) != 0;
        check = new NoninSpotCheck(
            at,
            nothing || rate == MissingRate ? null : rate,
            nothing || saturation == MissingSaturation ? null : saturation,
            HighQuality: (data[8] & 0x02) != 0,
            NoMeasurement: nothing,
            FromMemory: (data[9] & 0x10) != 0,
            LowBattery: (data[9] & 0x01) != 0);
        return WireFault.None;
    }

    /// <summary>Century, year, month, day, hour, minute, second, 1/100 s: two decimal digits a byte.</summary>
    private static bool TryTime(ReadOnlySpan<byte> data, out DateTime at)
    {
        at = default;
        Span<int> parts = stackalloc int[8];
        for (int i = 0; i < parts.Length; i++)
        {
            if (data[i] >> 4 > 9 || (data[i] & 0x0F) > 9)
            {
                return false;
            }

            parts[i] = ((data[i] >> 4) * 10) + (data[i] & 0x0F);
        }

        int year = (parts[0] * 100) + parts[1];
        if (year < 1 || parts[2] is < 1 or > 12 || parts[3] < 1 || parts[3] > DateTime.DaysInMonth(year, parts[2]) || parts[4] > 23 || parts[5] > 59 || parts[6] > 59)
        {
            return false;
        }

        at = new DateTime(year, parts[2], parts[3], parts[4], parts[5], parts[6], parts[7] * 10, DateTimeKind.Unspecified);
        return true;
    }

    private static byte Sum(ReadOnlySpan<byte> data)
    {
        int sum = 0;
        foreach (byte value in data)
        {
            sum += value;
        }

        return (byte)sum;
    }
}
