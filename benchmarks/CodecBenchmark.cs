using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Devices;
using Vascular.Devices.AccuPulse;
using Vascular.Devices.Contec;
using Vascular.Devices.FiveByte;
using Vascular.Devices.Iiod;
using Vascular.Devices.IntelliVue;
using Vascular.Devices.Masimo;
using Vascular.Devices.Nonin;
using Vascular.Devices.Par;
using Vascular.Devices.Pcd01;
using Vascular.Devices.PulseSensor;
using Vascular.Devices.Registers;
using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;

namespace Vascular.Benchmarks;

/// <summary>Every codec over what its simulated device says in an examination, and the monitor behind it over the same reads; beside a loop that adds up the bytes.</summary>
/// <remarks>The simulators write with encoders of their own. Processor time of this process, the fastest of some rounds; allocation of a round after the first.</remarks>
internal static class CodecBenchmark
{
    private const int Rounds = 15;
    private const int LeastBytes = 1 << 20;

    /// <summary>Work that is not counted: the compiler comes back to what is hot, a while after it became so.</summary>
    private static readonly TimeSpan Warm = TimeSpan.FromMilliseconds(400);

    private delegate OperationStatus Read(ref ReadOnlySequence<byte> wire, out WireFault fault);

    public static void Run(TextWriter output)
    {
        Scenario scenario = ScenarioFile.Load("every-device");
        using SeedTape tape = new(scenario with { Devices = [.. scenario.Devices.Select(d => d with { Faults = [] })] });
        output.WriteLine("# Codecs, measured");
        output.WriteLine();
        output.WriteLine("Written by `scripts/codec-performance`; run it again rather than editing this page. Speeds are of one core, in processor time, the fastest of");
        output.WriteLine($"{Rounds} rounds over at least 1 MiB; numbers of another machine mean nothing, those of one run may be compared. {MqttStand.Load()}.");
        output.WriteLine();
        output.WriteLine("Bytes are what the simulated devices of `every-device` say in one examination, without faults; a frame is one success of the codec. The monitor takes the");
        output.WriteLine("same bytes in the reads in which they came, and makes readings of them with times, marks and answers.");
        output.WriteLine();
        output.WriteLine("| codec | bytes/frame | million frames/s | MB/s | bytes allocated/frame | with its monitor: MB/s | bytes allocated/frame |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach ((string name, string device, Read codec, Func<IMonitor>? monitor) in Codecs())
        {
            byte[][] reads = device == "iiod" ? Answers() : [.. Reads(tape, device)];
            ReadOnlySequence<byte> rest = new([.. reads.SelectMany(r => r)]);
            ReadOnlySequence<byte> all = rest;
            Frames(ref rest, codec);
            byte[] once = all.Slice(0, rest.Start).ToArray();
            byte[] wire = [.. Enumerable.Repeat(once, (LeastBytes / once.Length) + 1).SelectMany(b => b)];
            (double seconds, long allocated, long frames) = Fastest(() =>
            {
                ReadOnlySequence<byte> sequence = new(wire);
                return Frames(ref sequence, codec);
            });
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {(double)wire.Length / frames:F1} | {frames / seconds / 1e6:F2} | {wire.Length / seconds / 1e6:F0} | {PerFrame(allocated, frames)} "));
            if (monitor is null)
            {
                output.WriteLine("| | |");
                continue;
            }

            Fold fold = new(monitor(), reads, (LeastBytes / once.Length) + 1);
            (seconds, allocated, _) = Fastest(fold.Once);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {wire.Length / seconds / 1e6:F0} | {PerFrame(allocated, frames)} |"));
        }

        byte[] sum = new byte[LeastBytes];
        (double bare, _, _) = Fastest(() => Sum(sum));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| yardstick: every byte added up | 1 | {sum.Length / bare / 1e6:F0} | {sum.Length / bare / 1e6:F0} | 0 | | |"));
        output.WriteLine();
        output.WriteLine("What streams allocates nothing. An object is made of what is rare: a status of the cuff module, a gateway's message with its names, ids and codes, the monitor's answer to an IntelliVue event.");
    }

    private static IEnumerable<(string Name, string Device, Read Codec, Func<IMonitor>? Monitor)> Codecs()
    {
        yield return ("nonin1", "nonin-1", (ref ReadOnlySequence<byte> s, out WireFault f) => NoninSecondCodec.TryReadFormat1(ref s, out _, out f), Nonin(NoninFormat.Format1));
        yield return ("nonin2", "nonin-2", (ref ReadOnlySequence<byte> s, out WireFault f) => NoninFormat2Codec.TryRead(ref s, out _, out f), Nonin(NoninFormat.Format2));
        NoninAlignment alignment = default;
        yield return ("nonin7", "ppg-1", (ref ReadOnlySequence<byte> s, out WireFault f) => NoninCodec.TryReadFormat7(ref s, ref alignment, out _, out f), Nonin(NoninFormat.Format7));
        yield return ("nonin8", "nonin-8", (ref ReadOnlySequence<byte> s, out WireFault f) => NoninSecondCodec.TryReadFormat8(ref s, out _, out f), Nonin(NoninFormat.Format8));
        yield return ("nonin13", "nonin-13", (ref ReadOnlySequence<byte> s, out WireFault f) => NoninSpotCheckCodec.TryRead(ref s, out _, out f), Nonin(NoninFormat.Format13));
        yield return ("contec-v7", "contec-1", (ref ReadOnlySequence<byte> s, out WireFault f) => ContecCodec.TryRead(ref s, out _, out _, out f), () => new ContecMonitor(new ContecOptions()));
        yield return ("oximeter-5byte (Berry)", "berry-1", FiveByte(FiveByteDialect.Berry), () => new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Berry }));
        yield return ("oximeter-5byte (Contec)", "cms-1", FiveByte(FiveByteDialect.Contec), () => new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Contec }));
        yield return ("pulsesensor", "board-1", (ref ReadOnlySequence<byte> s, out WireFault f) => PulseSensorCodec.TryRead(ref s, false, out _, out f), () => new PulseSensorMonitor(new PulseSensorOptions()));
        yield return ("masimo", "monitor-1", (ref ReadOnlySequence<byte> s, out WireFault f) => MasimoCodec.TryRead(ref s, out _, out f), () => new MasimoMonitor(new MasimoOptions()));
        yield return ("par", "cuff-1", (ref ReadOnlySequence<byte> s, out WireFault f) => ParCodec.TryRead(ref s, out _, out f), () => new ParMonitor(new ParOptions()));
        yield return ("accupulse", "gauge-1", (ref ReadOnlySequence<byte> s, out WireFault f) => AccuPulseCodec.TryRead(ref s, out _, out f), () => new AccuPulseMonitor(new AccuPulseOptions()));
        byte[] room = new byte[RegisterCodec.LongestLine];
        yield return ("registers (tcm4-analog)", "tcpo2-1", (ref ReadOnlySequence<byte> s, out WireFault f) => RegisterCodec.TryRead(ref s, room, out _, out f), () => new TcmMonitor(new TcmOptions()));
        yield return ("iiod answers", "iiod", (ref ReadOnlySequence<byte> s, out WireFault f) => IiodCodec.TryReadReply(ref s, true, IiodCodec.LongestValue, out _, out _, out f), null);
        yield return ("intellivue (RS-232)", "iv-serial", IntelliVue(IntelliVueLine.Serial), () => new IntelliVueMonitor(new IntelliVueOptions { Line = IntelliVueLine.Serial }));
        yield return ("intellivue (UDP)", "iv-udp", IntelliVue(IntelliVueLine.Datagram), () => new IntelliVueMonitor(new IntelliVueOptions { Line = IntelliVueLine.Datagram }));
        yield return ("MLLP alone", "gateway-1", (ref ReadOnlySequence<byte> s, out WireFault f) => Mllp.TryRead(ref s, out _, out f), null);
        yield return ("pcd01", "gateway-1", Message, () => new Pcd01Monitor(new Pcd01Options { Line = Pcd01Line.Stream }));

        static Func<IMonitor> Nonin(NoninFormat format) => () => new NoninMonitor(new NoninOptions { Format = format });

        static Read FiveByte(FiveByteDialect dialect) => (ref ReadOnlySequence<byte> s, out WireFault f) => FiveByteCodec.TryRead(ref s, dialect, out _, out f);

        static Read IntelliVue(IntelliVueLine line)
        {
            byte[] message = new byte[IntelliVueFraming.LongestMessage];
            List<IntelliVueNumeric> numerics = [];
            return (ref ReadOnlySequence<byte> s, out WireFault f) =>
            {
                OperationStatus status = IntelliVueFraming.TryRead(ref s, line, message, out int length, out f);
                if (status == OperationStatus.Done)
                {
                    numerics.Clear();
                    f = IntelliVueCodec.Parse(message.AsSpan(0, length), numerics, out _);
                }

                return status;
            };
        }

        static OperationStatus Message(ref ReadOnlySequence<byte> wire, out WireFault fault)
        {
            OperationStatus status = Mllp.TryRead(ref wire, out ReadOnlySequence<byte> message, out fault);
            if (status == OperationStatus.Done)
            {
                fault = Pcd01Codec.Parse(message.FirstSpan, out _);
            }

            return status;
        }
    }

    /// <summary>Takes every whole frame off a wire; what is left is the beginning of one.</summary>
    private static long Frames(ref ReadOnlySequence<byte> wire, Read read)
    {
        long frames = 0;
        while (true)
        {
            OperationStatus status = read(ref wire, out WireFault fault);
            if (status == OperationStatus.NeedMoreData)
            {
                return frames;
            }

            frames += status == OperationStatus.Done && fault == WireFault.None ? 1 : throw new InvalidDataException($"{fault} behind {frames} frames");
        }
    }

    private static IEnumerable<byte[]> Reads(SeedTape tape, string device)
    {
        ushort link = tape.Settings.LinkNumber(device);
        return tape.Records.Where(r => r.Link == link && r.Type == TapeRecordType.Bytes).Select(r => r.Payload.ToArray());
    }

    /// <summary>An iiod's answers to the questions of a poll.</summary>
    private static byte[][] Answers() => [Encoding.ASCII.GetBytes("12\n0.062500000\0\n"), Encoding.ASCII.GetBytes("6\n13360\0\n"), Encoding.ASCII.GetBytes("6\n14080\0\n"), Encoding.ASCII.GetBytes("5\n5600\0\n")];

    private static string PerFrame(long bytes, long frames) => bytes == 0 ? "0" : ((double)bytes / frames).ToString("F1", CultureInfo.InvariantCulture);

    private static long Sum(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        foreach (byte value in bytes)
        {
            sum += value;
        }

        return sum;
    }

    private static (double Seconds, long Allocated, long Result) Fastest(Func<long> work)
    {
        (double best, long least, long result) = (double.MaxValue, long.MaxValue, 0);
        for (TimeSpan warm = Environment.CpuUsage.UserTime + Warm; Environment.CpuUsage.UserTime < warm; result = work())
        {
        }

        for (int round = 0; round < Rounds; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan began = Environment.CpuUsage.UserTime;
            result = work();
            best = Math.Min(best, (Environment.CpuUsage.UserTime - began).TotalSeconds);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        return (best, least, result);
    }

    /// <summary>A monitor at work: reads as they came, one after another, with the time going on.</summary>
    private sealed class Fold(IMonitor monitor, byte[][] reads, int times)
    {
        private const long ReadNs = 20_000_000;

        private readonly List<Reading> readings = [];
        private long nowNs;

        public long Once()
        {
            long made = 0;
            for (int n = 0; n < times; n++)
            {
                foreach (byte[] read in reads)
                {
                    readings.Clear();
                    nowNs += ReadNs;
                    monitor.Next(new Record(RecordKind.Bytes, nowNs, read), readings);
                    made += readings.Count;
                }
            }

            return made;
        }
    }
}
