using System.Buffers;
using System.Text;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninMonitorTests
{
    private const long Ms = 1_000_000;

    private readonly NoninMonitor _monitor = new(new NoninOptions());
    private readonly List<Reading> _readings = [];
    private long _at = 1000 * Ms;

    [Fact]
    public void A_packet_gives_25_samples_a_rate_and_a_saturation()
    {
        Read([.. NoninGolden.Packet, .. NoninGolden.Packet]);

        List<Reading> samples = Of(ReadingKind.PlethSample);
        Assert.Equal(50, samples.Count);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), samples.Select(s => s.Index));
        Assert.Equal([32768.0, 33370, 33966], samples.Take(3).Select(s => s.Value));
        Assert.Equal(QualityMarks.None, samples[4].Marks);
        Assert.Equal(QualityMarks.PulseMark, samples[5].Marks);
        Assert.All(samples, s => Assert.Equal(_at, s.ArrivedAtNs));
        Assert.Equal(_at, samples[^1].AtNs);
        Assert.InRange(samples[^1].AtNs - samples[0].AtNs, 49 * 1000 * Ms / 75 - 50, 49 * 1000 * Ms / 75 + 50);
        Assert.Equal([72.0, 72], Of(ReadingKind.PulseRate).Select(r => r.Value));
        Assert.Equal([97.0, 97], Of(ReadingKind.OxygenSaturation).Select(r => r.Value));
        Assert.Empty(Of(ReadingKind.Refused));
    }

    [Fact]
    public void Frames_arrive_byte_by_byte_as_well()
    {
        foreach (byte b in NoninGolden.Packet)
        {
            _at += Ms;
            Read([b]);
        }

        Assert.Equal(25, Of(ReadingKind.PlethSample).Count);
        Assert.Single(Of(ReadingKind.PulseRate));
    }

    [Fact]
    public void Marks_of_a_poor_pulse_travel_with_sample_and_rate()
    {
        Read(Packet(NoninStatus.OutOfTrack | NoninStatus.Artefact | NoninStatus.RedPulse, new NoninNumerics { PulsePerMin = 142, LowBattery = true }));

        QualityMarks marks = QualityMarks.OutOfTrack | QualityMarks.Artefact | QualityMarks.LowPerfusion;
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.Equal(marks | QualityMarks.PulseMark, s.Marks));
        Reading rate = Assert.Single(Of(ReadingKind.PulseRate));
        Assert.Equal((142.0, marks | QualityMarks.LowBattery), (rate.Value, rate.Marks));
        Reading saturation = Assert.Single(Of(ReadingKind.OxygenSaturation));
        Assert.False(saturation.HasValue);
    }

    [Fact]
    public void A_sensor_that_is_off_marks_its_samples_and_has_no_numbers()
    {
        Read(Packet(NoninStatus.SensorAlarm | NoninStatus.SensorDisconnected, default));
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.Equal(QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected, s.Marks));
        Assert.False(Assert.Single(Of(ReadingKind.PulseRate)).HasValue);
    }

    [Fact]
    public void Bit_6_of_a_9560_says_nothing()
    {
        NoninMonitor monitor = new(new NoninOptions { SensorDisconnectedBit = false });
        monitor.Next(new Record(RecordKind.Bytes, _at, Packet(NoninStatus.SensorDisconnected, default)), _readings);
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.Equal(QualityMarks.None, s.Marks));
    }

    [Fact]
    public void A_damaged_frame_is_one_refusal_at_its_place_and_its_packet_gives_no_numbers()
    {
        byte[] stream = [.. NoninGolden.Packet, .. NoninGolden.Packet, .. NoninGolden.Packet];
        stream[125 + 10 * 5 + 2] ^= 0x10;
        Read(stream);

        Assert.Equal(74, Of(ReadingKind.PlethSample).Count);
        Reading refused = Assert.Single(Of(ReadingKind.Refused));
        Assert.Equal((WireFault.Checksum, 5, 35L), (refused.Fault, refused.Detail, refused.Index));
        Assert.Equal(2, Of(ReadingKind.PulseRate).Count);

        // the sample after the gap stands two periods behind the one before it: time passed, the count did not
        List<Reading> samples = Of(ReadingKind.PlethSample);
        Assert.InRange(samples[35].AtNs - samples[34].AtNs, 2 * 1000 * Ms / 75 - 50, 2 * 1000 * Ms / 75 + 50);
        Assert.Equal(35, samples[35].Index);
    }

    [Fact]
    public void Whole_frames_that_vanish_are_seen_by_the_early_sync()
    {
        byte[] stream = [.. NoninGolden.Packet, .. NoninGolden.Packet[..100], .. NoninGolden.Packet];
        Read(stream);

        Assert.Equal(70, Of(ReadingKind.PlethSample).Count);
        Reading refused = Assert.Single(Of(ReadingKind.Refused));
        Assert.Equal((WireFault.Truncated, 0, 5.0, 45L), (refused.Fault, refused.Detail, refused.Value, refused.Index));
        Assert.Equal(2, Of(ReadingKind.PulseRate).Count);
        Assert.Equal(ReadingKind.PlethSample, _readings[_readings.IndexOf(refused) + 1].Kind);
    }

    [Fact]
    public void A_sync_that_does_not_come_when_due_is_seen_too()
    {
        Read([.. NoninGolden.Packet, .. NoninGolden.Packet[5..], .. NoninGolden.Packet]);
        Assert.Equal(74, Of(ReadingKind.PlethSample).Count);
        Assert.Equal((WireFault.Truncated, 0.0), (Assert.Single(Of(ReadingKind.Refused)).Fault, Of(ReadingKind.Refused)[0].Value));
        Assert.Equal(2, Of(ReadingKind.PulseRate).Count);
    }

    [Fact]
    public void A_burst_of_noise_is_one_refusal()
    {
        Read([.. NoninGolden.Packet, .. Enumerable.Repeat((byte)0x55, 400), .. NoninGolden.Packet]);
        Reading refused = Assert.Single(Of(ReadingKind.Refused));
        Assert.Equal((WireFault.Checksum, 400), (refused.Fault, refused.Detail));
        Assert.Equal(50, Of(ReadingKind.PlethSample).Count);
    }

    [Theory]
    [InlineData(3, WireFault.Truncated, 3)]
    [InlineData(5, WireFault.Checksum, 5)]
    public void A_line_that_closes_inside_a_frame_says_so(int left, WireFault fault, int bytes)
    {
        byte[] end = NoninGolden.Packet[..left];
        end[1] ^= 1;
        Read([.. NoninGolden.Packet, .. end]);
        Assert.Empty(Of(ReadingKind.Refused));
        Next(RecordKind.Closed);
        Assert.Equal((fault, bytes), (Assert.Single(Of(ReadingKind.Refused)).Fault, Of(ReadingKind.Refused)[0].Detail));

        _readings.Clear();
        Next(RecordKind.Open);
        Read(NoninGolden.Packet);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), Of(ReadingKind.PlethSample).Select(s => s.Index));
    }

    [Fact]
    public void Silence_is_told_with_its_length()
    {
        Next(RecordKind.Open);
        Read(NoninGolden.Packet);
        _at += 1500 * Ms;
        Next(RecordKind.Silent);
        Assert.Equal(1.5, Assert.Single(Of(ReadingKind.Silent)).Value);
    }

    [Fact]
    public void Another_protocol_on_the_port_gives_refusals_and_never_a_sample()
    {
        // a cuff module: its characters never have bit 7, which every status byte has, so no frame is possible at all
        StringBuilder text = new();
        for (int i = 0; i < 2000; i++)
        {
            text.Append('\u0002').Append(i % 300 / 100).Append(i % 100 / 10).Append(i % 10).Append("C0S4\u0003\r");
        }

        Read(Encoding.ASCII.GetBytes(text.ToString()));
        Assert.Empty(Of(ReadingKind.PlethSample));

        // format 2 whose trace stands at 0: its frames hold at a shift of one while float bytes are 0, never five in a row
        byte[] flat = NoninGolden.Format2Packet;
        for (int i = 0; i < flat.Length; i += 5)
        {
            (flat[i + 1], flat[i + 2]) = ((byte)(0x80 | (flat[i + 1] & 1)), 0);
            flat[i + 4] = (byte)(flat[i] + flat[i + 1] + flat[i + 3]);
        }

        Read([.. Enumerable.Repeat(flat, 40).SelectMany(p => p)]);
        Assert.Empty(Of(ReadingKind.PlethSample));

        // the same device set to format 2, and random bytes at full line rate for 70 minutes
        Read([.. Enumerable.Repeat(NoninGolden.Format2Packet, 40).SelectMany(p => p)]);
        Random random = new(3);
        byte[] noise = new byte[4_000_000];
        random.NextBytes(noise);
        Read(noise);
        Assert.Empty(Of(ReadingKind.PlethSample));
        Assert.Equal(4, Of(ReadingKind.Refused).Count);
    }

    [Fact]
    public void Replay_in_the_same_records_gives_the_same_readings()
    {
        byte[] stream = [.. NoninGolden.Packet, 0x80, .. NoninGolden.Packet, .. NoninGolden.Packet];
        List<Reading> again = [];
        NoninMonitor second = new(new NoninOptions());
        for (int i = 0; i < stream.Length; i += 7)
        {
            _at += 18 * Ms;
            byte[] read = stream[i..Math.Min(i + 7, stream.Length)];
            Read(read);
            second.Next(new Record(RecordKind.Bytes, _at, read), again);
        }

        Assert.Equal(_readings, again);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        byte[] stream = [.. Enumerable.Repeat(NoninGolden.Packet, 40).SelectMany(p => p)];
        List<Reading> readings = new(4096);
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            readings.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < stream.Length; i += 13)
            {
                _at += 35 * Ms;
                _monitor.Next(new Record(RecordKind.Bytes, _at, stream.AsMemory(i, Math.Min(13, stream.Length - i))), readings);
            }

            // The runtime itself may allocate on this thread while it compiles; a frame that allocates does so in every round.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(1000, readings.Count(r => r.Kind == ReadingKind.PlethSample));
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoninOptions { AlignmentWindows = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoninOptions { AlignmentWindows = 26 });
    }

    private static byte[] Packet(NoninStatus status, NoninNumerics numerics)
    {
        byte[] floats = new byte[25];
        numerics.Write(floats);
        ArrayBufferWriter<byte> wire = new();
        for (int i = 0; i < 25; i++)
        {
            NoninCodec.WriteFormat7(new NoninFrame(status | (i == 0 ? NoninStatus.Sync : 0), (ushort)(40000 + 50 * i), floats[i]), wire);
        }

        return wire.WrittenSpan.ToArray();
    }

    private List<Reading> Of(ReadingKind kind) => [.. _readings.Where(r => r.Kind == kind)];

    private void Read(byte[] bytes) => _monitor.Next(new Record(RecordKind.Bytes, _at, bytes), _readings);

    private void Next(RecordKind kind) => _monitor.Next(new Record(kind, _at), _readings);
}
