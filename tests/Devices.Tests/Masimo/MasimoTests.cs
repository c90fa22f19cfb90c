using System.Buffers;
using System.Text;
using Vascular.Devices.Masimo;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Masimo;

public class MasimoCodecTests : CodecContract<MasimoLine>
{
    // The first three are lines of the manual and of real units, as published; the last is constructed on the protocol page.
    private const string Trend = "07/21/04 09:56:12 SpO2=097 PR=069 PI=04.69 EXC=800:SET";
    private const string TrendOff = "07/21/04 09:56:08 SpO2=000 PR=000 PI=00.00 EXC=820:OffPat,SET";
    private const string Radical7 = "03/17/16 19:19:36 SN=---------- SPO2=098% BPM=123 PI=00.55 SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- PVI=--- ALARM=000000 EXC=0000C00 EXC1=00000000";
    private const string OlderRadical7 = "05/15/07 08:12:21 SN=0000070986 SPO2=---% BPM=--- PI=--.--% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC=000000";
    private const string NoSensor = "03/05/24 14:07:09 SN=0000093112 SPO2=---% BPM=--- PI=--.--% SPCO=--% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC=000021";

    protected override byte[] Golden => Encoding.ASCII.GetBytes(string.Concat(new[] { Trend, TrendOff, Radical7, NoSensor }.Select(l => l + "\n\r")));

    protected override int GoldenFrames => 4;

    protected override int LongestLook => MasimoCodec.LongestLook;

    protected override byte[] Noise => "noise?\r"u8.ToArray();

    protected override void Skip(ref ReadOnlySequence<byte> wire) => MasimoCodec.SkipSeparators(ref wire);

    protected override Read NewReader() => MasimoCodec.TryRead;

    [Fact]
    public void The_golden_lines_hold_what_the_page_says()
    {
        Assert.Equal(new MasimoLine(new DateTime(2004, 7, 21, 9, 56, 12), true, null, 97, 69, 4.69, null, MasimoExceptions.SetMode), One(Trend));
        Assert.Equal(new MasimoLine(new DateTime(2004, 7, 21, 9, 56, 8), true, null, null, null, null, null, MasimoExceptions.SetMode | MasimoExceptions.SensorOff), One(TrendOff));
        Assert.Equal(new MasimoLine(new DateTime(2016, 3, 17, 19, 19, 36), false, null, 98, 123, 0.55, 0, MasimoExceptions.SetMode | MasimoExceptions.LowSignalIq), One(Radical7));
        Assert.Equal(new MasimoLine(new DateTime(2007, 5, 15, 8, 12, 21), false, 70986, null, null, null, 0, MasimoExceptions.None), One(OlderRadical7));
        Assert.Equal(new MasimoLine(new DateTime(2024, 3, 5, 14, 7, 9), false, 93112, null, null, null, 0, MasimoExceptions.NoSensor | MasimoExceptions.SensorOff), One(NoSensor));
    }

    [Fact]
    public void Nul_bytes_before_a_line_are_passed_over() => Assert.Single(Tell([0, 0, 0, .. Encoding.ASCII.GetBytes(Trend), 13]).Frames);

    [Theory]
    [InlineData("13/21/04 09:56:12 SpO2=097 PR=069", WireFault.Range)]
    [InlineData("07/21/04 09:56:12 SpO2=101 PR=069", WireFault.Range)]
    [InlineData("07/21/04 09:56:12 SpO2=097", WireFault.Noise)]
    [InlineData("07/21/04 09:56:12 SpO2=097 SpO2=097 PR=069", WireFault.Noise)]
    [InlineData("07/21/04 09:56:12 SpO2=0x7 PR=069", WireFault.Noise)]
    [InlineData("1/04 09:56:12 SpO2=097 PR=069", WireFault.Noise)]
    public void What_is_no_line_is_refused(string line, WireFault fault) => Assert.Equal(fault, Assert.Single(Tell(Encoding.ASCII.GetBytes(line + "\r")).Faults).Fault);

    [Fact]
    public void Exceptions_become_marks_and_a_trend_is_not_of_now()
    {
        List<Reading> readings = [];
        MasimoMonitor monitor = new(new MasimoOptions());
        foreach (string line in new[] { Radical7, NoSensor, Trend })
        {
            monitor.Next(new Record(RecordKind.Bytes, 7, Encoding.ASCII.GetBytes(line + "\n\r")), readings);
        }

        Assert.Equal(9, readings.Count);
        Assert.Equal([98.0, 123, 0.55], readings.Take(3).Select(r => r.Value));
        Assert.All(readings.Take(3), r => Assert.Equal((QualityMarks.Questionable, new DateTime(2016, 3, 17, 19, 19, 36)), (r.Marks, r.DeviceTime)));
        Assert.All(readings.Skip(3).Take(3), r => Assert.Equal(QualityMarks.Missing | QualityMarks.SensorDisconnected | QualityMarks.SensorAlarm, r.Marks));
        Assert.All(readings.Skip(6), r => Assert.Equal(QualityMarks.FromMemory, r.Marks));
    }

    private static MasimoLine One(string line)
    {
        ReadOnlySequence<byte> wire = new(Encoding.ASCII.GetBytes(line + "\n\r"));
        Assert.Equal(OperationStatus.Done, MasimoCodec.TryRead(ref wire, out MasimoLine read, out _));
        return read;
    }
}
