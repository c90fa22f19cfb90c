using System.Buffers;
using System.Buffers.Binary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.IntelliVue;

/// <summary>An IntelliVue monitor with one transcutaneous sensor, on its RS-232 port or on UDP (each datagram after its length in two bytes).</summary>
/// <remarks>Messages: docs/devices/intellivue.md; written here byte for byte, nothing is shared with the reader. Assumed: the association lapses after
/// <see cref="TimeOutSeconds"/> without a request; the sensor calibrates for <see cref="CalibrationSeconds"/> after the start, then its tension settles from 150 mmHg
/// towards <see cref="SettledMmHg"/>.</remarks>
public sealed class SimulatedIntelliVue : ISimulatedDevice
{
    public const double TimeOutSeconds = 10;
    public const double CalibrationSeconds = 5;
    public const double SettledMmHg = 42;

    private const int LongestRequest = 4096;

    private static readonly byte[] Accept = Convert.FromHexString(
        "0ECE0508130100160102800014020002C1BE3180A0808001010000A280A00300" +
        "0001A58030808001008102510100003080800100810C2A8648CE140201000000" +
        "02010000000061803080020101A0806180A180060C2A8648CE14020100000003" +
        "010000A203020100A305A103020100BE80288002010281488000000040000000" +
        "000000000080000020000000000000000001002C000100288000000000001F40" +
        "0000057800000578FFFFFFFF600000000001000CF00100088800000000000000" +
        "00000000000000000000000000000000");

    private readonly SerialOutput output;
    private readonly List<byte> heard = [];
    private readonly bool serial;
    private readonly SkinOxygen? skin;
    private readonly DateTimeOffset start;
    private long heardAtNs;

    /// <param name="start">What the monitor's clock says at time 0.</param>
    /// <param name="refuses">How many associations it refuses first.</param>
    /// <param name="skin">What its sensor measures; null for a curve of its own.</param>
    public SimulatedIntelliVue(string name, ulong seed, DateTimeOffset start, bool serial = true, int refuses = 0, SkinOxygen? skin = null)
    {
        this.skin = skin;
        (Name, this.start, this.serial, Refuses) = (name, start, serial, refuses);
        output = new SerialOutput(115_200, new SeededStream(seed, name + "/line"));
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public bool IsAssociated { get; private set; }

    public int Refuses { get; private set; }

    /// <summary>Polls are heard and not answered.</summary>
    public bool IsDeaf { get; set; }

    public string TrueValueName => "tcpo2_mmHg";

    public long? NextAtNs => IsUp ? output.NextAtNs : null;

    public void Connected(long atNs) => IsUp = true;

    public void Disconnected(long atNs)
    {
        (IsUp, IsAssociated) = (false, false);
        output.Clear();
        heard.Clear();
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        if (IsAssociated && atNs - heardAtNs > Nanoseconds.FromSeconds(TimeOutSeconds))
        {
            IsAssociated = false;
        }

        foreach (byte value in bytes)
        {
            heard.Add(value);
            if (heard.Count > LongestRequest)
            {
                heard.Clear();
            }

            if (serial && value == 0xC1)
            {
                Hear(atNs, Unframed([.. heard]));
                heard.Clear();
            }
            else if (!serial && heard.Count > 2 && heard.Count == 2 + (heard[0] << 8 | heard[1]))
            {
                Hear(atNs, [.. heard[2..]]);
                heard.Clear();
            }
        }
    }

    public void Advance(long atNs, IBufferWriter<byte> wire) => output.Deliver(atNs, wire);

    /// <summary>Null while the sensor calibrates.</summary>
    public double? TrueValue(long atNs) => atNs < Nanoseconds.FromSeconds(CalibrationSeconds) ? null : TensionTenths(atNs) / 10.0;

    /// <summary>The monitor ends the association by itself.</summary>
    public void AbortNow(long atNs)
    {
        IsAssociated = false;
        Say(atNs, [0x19, 0x00]);
    }

    private void Hear(long atNs, byte[] message)
    {
        if (message.Length < 2)
        {
            return;
        }

        heardAtNs = atNs;
        switch (message[0])
        {
            case 0x0D when Refuses > 0:
                Refuses--;
                Say(atNs, [0x0C, 0x00]);
                break;
            case 0x0D:
                IsAssociated = true;
                Say(atNs, Accept);
                Say(atNs, CreateEvent(atNs));
                break;
            case 0x09:
                IsAssociated = false;
                Say(atNs, [0x0A, 0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x63, 0x80, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
                break;
            case 0xE1 when IsAssociated && !IsDeaf && message.Length >= 36 && message[11] == 7:
                Say(atNs, PollResult(atNs, message));
                break;
        }
    }

    private static byte[] CreateEvent(long atNs)
    {
        byte[] message =
        [
            0xE1, 0, 0, 2, 0, 1, 0, 0x1E, 0, 1, 0, 1, 0, 0x18, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x0D, 0x06, 0, 0x0A, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(20), Eighths(atNs));
        return message;
    }

    private byte[] PollResult(long atNs, byte[] request)
    {
        bool calibrates = atNs < Nanoseconds.FromSeconds(CalibrationSeconds);
        int oxygen = TensionTenths(atNs);
        byte[] observations =
        [
            .. Observation(0x0101, 0x50D0, calibrates ? 0x1000 : 0, 0x0F20, oxygen, 0xFF),
            .. Observation(0x0102, 0x50CC, 0, 0x0F20, 38, 0),
            .. Observation(0x0103, 0xF03F, 0, 0x17A0, 441, 0xFF),
            .. Observation(0x0104, 0xF076, 0, 0x0FD2, 385, 0),
        ];
        DateTimeOffset now = start.AddTicks(atNs / 100);
        byte[] body =
        [
            request[28], request[29], .. Four(Eighths(atNs)), Decimal(now.Year / 100), Decimal(now.Year % 100), Decimal(now.Month), Decimal(now.Day), Decimal(now.Hour),
            Decimal(now.Minute), Decimal(now.Second), 0, 0, 1, 0, 6, 0, 0, 0, 1, .. Two(observations.Length + 6), 0, 0, 0, 4, .. Two(observations.Length), .. observations,
        ];
        byte[] action = [0, 0x21, 0, 0, 0, 0, 0x0C, 0x16, .. Two(body.Length), .. body];
        return [0xE1, 0, 0, 2, 0, 2, .. Two(action.Length + 6), request[8], request[9], 0, 7, .. Two(action.Length), .. action];
    }

    /// <summary>A label and a value, as a monitor sends them.</summary>
    private static byte[] Observation(int handle, int code, int state, int unit, int mantissa, byte exponent) =>
    [
        .. Two(handle), 0, 2, 0, 0x16, 0x09, 0x24, 0, 4, 0, 2, .. Two(code), 0x09, 0x50, 0, 0x0A, .. Two(code), .. Two(state), .. Two(unit),
        exponent, (byte)(mantissa >> 16), (byte)(mantissa >> 8), (byte)mantissa,
    ];

    /// <summary>Tenths of mmHg; without skin it settles by half every 60 s.</summary>
    private int TensionTenths(long atNs)
    {
        if (skin is not null)
        {
            skin.Advance(atNs);
            return (int)((skin.MmHg * 10) + 0.5);
        }

        double above = 1080;
        long left = atNs;
        for (; left >= 60 * Nanoseconds.PerSecond; left -= 60 * Nanoseconds.PerSecond)
        {
            above /= 2;
        }

        return (int)((SettledMmHg * 10) + (above * (1 - (left / (120.0 * Nanoseconds.PerSecond)))));
    }

    private void Say(long atNs, byte[] message)
    {
        if (!serial)
        {
            output.Write(atNs, [.. Two(message.Length), .. message]);
            return;
        }

        byte[] plain = [0x11, 0x01, .. Two(message.Length), .. message];
        int sum = 0xFFFF;
        foreach (byte value in plain)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ ((sum & 1) * 0x8408);
            }
        }

        sum ^= 0xFFFF;
        byte[] escaped = [.. ((byte[])[.. plain, (byte)sum, (byte)(sum >> 8)]).SelectMany(b => b is 0xC0 or 0xC1 or 0x7D ? new byte[] { 0x7D, (byte)(b ^ 0x20) } : [b])];
        output.Write(atNs, [0xC0, .. escaped, 0xC1]);
    }

    /// <summary>The message of a frame; its check sequence is not looked at.</summary>
    private static byte[] Unframed(byte[] frame)
    {
        List<byte> plain = [];
        for (int i = Array.LastIndexOf(frame, (byte)0xC0) + 1; i < frame.Length - 1; i++)
        {
            plain.Add(frame[i] == 0x7D ? (byte)(frame[++i] ^ 0x20) : frame[i]);
        }

        return plain.Count > 6 ? [.. plain[4..^2]] : [];
    }

    private static uint Eighths(long atNs) => (uint)(atNs / 125_000);

    private static byte Decimal(int number) => (byte)(((number / 10) << 4) | (number % 10));

    private static byte[] Two(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Four(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
