using System.Buffers;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Oximeters;

/// <summary>A Nonin oximeter that can be set to any of its formats (1, 2, 7, 8, 13), as a 9560 or 3150 can within 5 s of connecting.</summary>
/// <remarks>Layout: docs/devices/nonin.md. Assumed: numbers other than rate and saturation repeat them, the firmware revision is 49, and a spot check
/// is sent every ten seconds.</remarks>
public sealed class SimulatedNoninFormats : SimulatedOximeter
{
    private const int PerSecond = 75;
    private const int PacketFrames = 25;
    private const int SpotCheckSeconds = 10;
    private const long CommandWindowNs = 5_000_000_000;

    private readonly DateTimeOffset start;
    private readonly byte[] heard = new byte[6];
    private readonly byte[] numbers = new byte[PacketFrames];
    private readonly IReadOnlyList<int> settable;
    private int heardCount;
    private long packets;

    /// <param name="start">What the device's clock says at time 0.</param>
    /// <param name="settable">Formats the device agrees to when commanded; null: 2, 7, 8 and 13.</param>
    public SimulatedNoninFormats(string name, SimulatedPatient patient, ulong seed, int format, DateTimeOffset start, IReadOnlyList<int>? settable = null)
        : base(name, patient, seed, PerSecond, bitsPerSecond: 9600)
    {
        (Format, this.start, this.settable) = (format, start, settable ?? [2, 7, 8, 13]);
    }

    /// <summary>1, 2, 7, 8 or 13.</summary>
    public int Format { get; private set; }

    /// <summary>Set format: 02 70 02 02 format 03. Nothing else is answered.</summary>
    public override void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (heardCount == 0 && value != 0x02)
            {
                continue;
            }

            heard[heardCount++] = value;
            if (heardCount == heard.Length)
            {
                heardCount = 0;
                Obey(atNs);
            }
        }
    }

    protected override void Speak(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        switch (Format)
        {
            case 2 or 7:
                SpeakSample(moment, wire);
                break;

            case 1 when moment.Sample % PerSecond == 0:
                wire.Write<byte>(
                [
                    (byte)(0x80 | (moment.SensorOn ? 0 : 0x40) | (moment.OutOfTrack ? 0x20 : 0) | High(moment.PulsePerMin)),
                    Low(moment.PulsePerMin),
                    Saturation(moment.Spo2Percent),
                ]);
                break;

            case 8 when moment.Sample % PerSecond == 0:
                wire.Write<byte>(
                [
                    (byte)(0x80 | (moment.OutOfTrack ? 0x20 : 0) | High(moment.PulsePerMin)),
                    Low(moment.PulsePerMin),
                    Saturation(moment.Spo2Percent),
                    (byte)((moment.SensorOn ? 0 : 0x08) | (moment.PulseCounts >= 2000 ? 0x20 : 0)),
                ]);
                break;

            case 13 when moment.Sample % (PerSecond * SpotCheckSeconds) == 0:
                SpeakSpotCheck(moment, wire);
                break;
        }
    }

    private void Obey(long atNs)
    {
        bool isSet = heard[1] == 0x70 && heard[2] == 0x02 && heard[3] == 0x02 && heard[5] == 0x03;
        if (!isSet)
        {
            return;
        }

        bool agreed = settable.Contains(heard[4]) && atNs - ConnectedAtNs <= CommandWindowNs;
        Format = agreed ? heard[4] : Format;
        Say(atNs, [agreed ? (byte)0x06 : (byte)0x15]);
    }

    private void SpeakSample(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        int place = (int)(moment.Sample % PacketFrames);
        if (place == 0)
        {
            FillPacket(moment);
        }

        int status = 0x80 | (place == 0 ? 0x01 : 0) | (moment.SensorOn ? 0 : 0x08) | (moment.OutOfTrack ? 0x10 : 0);
        status |= !moment.PulseMarked ? 0 : moment.PulseCounts >= 2000 ? 0x02 : moment.PulseCounts >= 400 ? 0x06 : 0x04;
        int wide = moment.Scaled(1, 0, 65535);
        int narrow = moment.Scaled(64, 0, 255);
        Span<byte> frame = Format == 2
            ? [0x01, (byte)status, (byte)narrow, numbers[place], 0]
            : [(byte)status, (byte)(wide >> 8), (byte)wide, numbers[place], 0];
        frame[4] = (byte)(frame[0] + frame[1] + frame[2] + frame[3]);
        wire.Write(frame);
    }

    /// <summary>Frames of HR (1), E-HR (14), HR-D (20), E-HR-D (22); of the saturations 3, 9, 10, 11, 16, 17.</summary>
    private void FillPacket(in OximeterMoment moment)
    {
        Array.Clear(numbers);
        foreach (int at in (ReadOnlySpan<int>)[1, 14, 20, 22])
        {
            (numbers[at - 1], numbers[at]) = (High(moment.PulsePerMin), Low(moment.PulsePerMin));
        }

        foreach (int at in (ReadOnlySpan<int>)[3, 9, 10, 11, 16, 17])
        {
            numbers[at - 1] = Saturation(moment.Spo2Percent);
        }

        (numbers[3], numbers[5], numbers[6]) = (0x31, (byte)((packets >> 7) & 0x7F), (byte)(packets & 0x7F));
        packets++;
    }

    private void SpeakSpotCheck(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        DateTimeOffset now = start.AddTicks(moment.AtNs / 100);
        int rate = moment.PulsePerMin ?? 511;
        byte[] data =
        [
            Decimal(now.Year / 100), Decimal(now.Year % 100), Decimal(now.Month), Decimal(now.Day), Decimal(now.Hour), Decimal(now.Minute),
            Decimal(now.Second), Decimal(now.Millisecond / 10), (byte)(moment.PulsePerMin is null ? 0x01 : 0x02), 0,
            (byte)(rate >> 8), (byte)rate, 0, Saturation(moment.Spo2Percent),
        ];
        wire.Write<byte>([0x00, 0x02, 0x00, 0x0D, 0x00, (byte)data.Length, .. data, (byte)data.Sum(b => b), 0x03]);
    }

    private static byte Decimal(int number) => (byte)(((number / 10) << 4) | (number % 10));

    private static byte High(int? rate) => (byte)(((rate ?? 511) >> 7) & 0x03);

    private static byte Low(int? rate) => (byte)((rate ?? 511) & 0x7F);

    private static byte Saturation(int? percent) => (byte)(percent ?? 127);
}
