using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using Vascular.Simulators.Interop;

namespace Vascular.Benchmarks;

/// <summary>What the links cost: CPU of many lines idle and busy, and the way from the last byte written to the arrival, for each way to read a serial port and for TCP.</summary>
internal static class LinkBenchmark
{
    private const int Lines = 16;
    private const int PerSecond = 75;
    private const int FrameBytes = 5;
    private const int Frames = 2000;
    private const int Warm = 200;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private enum Way
    {
        Poll,
        Ports,
        Tcp,
    }

    public static void Run(TextWriter output)
    {
        output.WriteLine("# Cost of the links");
        output.WriteLine();
        output.WriteLine("Written by `scripts/link-performance`; run it again rather than editing this page. Numbers of another machine mean nothing; those of one run");
        output.WriteLine($"may be compared. {MqttStand.Load()}.");
        output.WriteLine();
        output.WriteLine($"CPU is that of the whole process, in percent of one core, without the thread that plays the devices, over {Watched.TotalSeconds:0} s. Busy is {PerSecond} frames of {FrameBytes} bytes a second");
        output.WriteLine($"on each line. The way is from before the write to the arrival in the hands of the one who reads, {Frames} frames on one line; the yardstick is a thread that blocks in read(2).");
        output.WriteLine();
        output.WriteLine($"| link | {Lines} idle | {Lines} busy | bytes lost | way p50 µs | way p99 µs |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (Way way in Enum.GetValues<Way>())
        {
            // what is compiled in the first seconds is no cost of a link
            LatencyOf(way);
            Cpu(way, busy: true);
            (double idle, _) = Cpu(way, busy: false);
            (double busy, long lost) = Cpu(way, busy: true);
            double[] times = LatencyOf(way);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Word(way)} | {idle:F1} % | {busy:F1} % | {lost} | {At(times, 50):F0} | {At(times, 99):F0} |"));
        }

        double[] bare = BareLatency();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| yardstick: pty, read(2) | | | | {At(bare, 50):F0} | {At(bare, 99):F0} |"));
        output.WriteLine();
        output.WriteLine("The whole station: links, queue, tape with its cipher, codec and fold. Each unit is an oximeter of Nonin's format 7 at 75 frames a second, spread over the period.");
        output.WriteLine("Lost is what was sent and is not on the tape, in frames; and what a codec that reads the tape makes no sample of. The way is from before the write to the fold, of 16 units.");
        output.WriteLine();
        output.WriteLine("| terminals + TCP | for | CPU | of those who play | memory | way p50 ms | way p99 ms | frames sent | lost | not samples |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        using SeedTape seed = new();
        StationLoad.Run(output, seed, terminals: 16, sockets: 16, seconds: 20);
        StationLoad.Run(output, seed, terminals: 0, sockets: 1000, seconds: 20);
    }

    private static string Word(Way way) => way switch
    {
        Way.Poll => "pty, one thread for all (default)",
        Way.Ports => "pty, System.IO.Ports",
        _ => "TCP",
    };

    private static (double Percent, long Lost) Cpu(Way way, bool busy)
    {
        using Bench bench = new(way, Lines);
        byte[] frame = [0x01, 0x80, 0x40, 0x00, 0xC1];
        long sent = 0;
        long playedNs = 0;
        using ManualResetEventSlim stop = new();
        Thread devices = new(() =>
        {
            long before = ThreadCpuNs();
            for (long n = 1; !stop.IsSet; n++)
            {
                stop.Wait(TimeSpan.FromSeconds(1.0 / PerSecond));
                for (int line = 0; busy && line < Lines && !stop.IsSet; line++)
                {
                    bench.Write(line, frame);
                    sent += frame.Length;
                }
            }

            playedNs = ThreadCpuNs() - before;
        });
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long began = TimeProvider.System.GetTimestamp();
        devices.Start();
        using (ManualResetEventSlim never = new())
        {
            never.Wait(Watched);
        }

        stop.Set();
        devices.Join();
        double used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds - (playedNs / 1e9);
        double wall = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        SpinWait.SpinUntil(() => bench.Bytes == sent, TimeSpan.FromSeconds(2));
        return (100 * used / wall, sent - bench.Bytes);
    }

    private static double[] LatencyOf(Way way)
    {
        using Bench bench = new(way, 1);
        byte[] frame = new byte[FrameBytes];
        List<double> times = [];
        for (int n = 0; n < Frames + Warm; n++)
        {
            bench.Arm(FrameBytes);
            long began = TimeProvider.System.GetTimestamp();
            bench.Write(0, frame);
            times.Add(TimeProvider.System.GetElapsedTime(began, bench.Arrived()).TotalMicroseconds);
        }

        return [.. times.Skip(Warm)];
    }

    private static double[] BareLatency()
    {
        using PseudoTerminal pty = PseudoTerminal.Open();
        using FileStream slave = new(pty.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using ManualResetEventSlim arrived = new();
        long stamp = 0;
        Thread reader = new(() =>
        {
            byte[] frame = new byte[FrameBytes];
            for (int n = 0; n < Frames + Warm; n++)
            {
                slave.ReadExactly(frame);
                stamp = TimeProvider.System.GetTimestamp();
                arrived.Set();
            }
        });
        reader.Start();
        byte[] sent = new byte[FrameBytes];
        List<double> times = [];
        for (int n = 0; n < Frames + Warm; n++)
        {
            arrived.Reset();
            long began = TimeProvider.System.GetTimestamp();
            pty.Write(sent);
            _ = arrived.Wait(Deadline) ? true : throw new TimeoutException("a frame did not arrive");
            times.Add(TimeProvider.System.GetElapsedTime(began, stamp).TotalMicroseconds);
        }

        reader.Join();
        return [.. times.Skip(Warm)];
    }

    private static double At(double[] times, int percent) => times.Order().ElementAt((times.Length - 1) * percent / 100);

    private static long ThreadCpuNs() => long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Open links with a device behind each, every arrival counted.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly List<PseudoTerminal> terminals = [];
        private readonly List<Socket> sockets = [];
        private readonly List<ILink> links = [];
        private readonly List<Task> reading = [];
        private readonly ManualResetEventSlim arrived = new();
        private long bytes;
        private long waitedFor = long.MaxValue;
        private long stamp;

        internal Bench(Way way, int lines)
        {
            LinkFactory factory = new(new StationClock(TimeProvider.System), TimeProvider.System);
            using TcpListener listener = new(IPAddress.Loopback, 0);
            listener.Start();
            for (int i = 0; i < lines; i++)
            {
                LinkSettings settings;
                if (way == Way.Tcp)
                {
                    settings = new LinkSettings.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
                }
                else
                {
                    terminals.Add(PseudoTerminal.Open());
                    settings = new LinkSettings.Serial(terminals[^1].Path, 9600) { Reader = way == Way.Poll ? SerialReader.Poll : SerialReader.Ports };
                }

                links.Add(factory.OpenAsync(settings, CancellationToken.None).AsTask().GetAwaiter().GetResult());
                if (way == Way.Tcp)
                {
                    sockets.Add(listener.AcceptSocket());
                    sockets[^1].NoDelay = true;
                }
            }

            reading.AddRange(links.Select(link => Task.Run(() => CountAsync(link))));
        }

        internal long Bytes => Interlocked.Read(ref bytes);

        internal void Write(int line, byte[] frame)
        {
            if (terminals.Count > 0)
            {
                terminals[line].Write(frame);
            }
            else
            {
                sockets[line].Send(frame);
            }
        }

        /// <summary>Waits for so many bytes more.</summary>
        internal void Arm(int more)
        {
            arrived.Reset();
            Volatile.Write(ref waitedFor, Bytes + more);
        }

        /// <summary>When the last of them arrived.</summary>
        internal long Arrived() => arrived.Wait(Deadline) ? stamp : throw new TimeoutException("a frame did not arrive");

        public void Dispose()
        {
            stop.Cancel();
            Task.WhenAll(reading).GetAwaiter().GetResult();
            links.ForEach(link => link.DisposeAsync().AsTask().GetAwaiter().GetResult());
            terminals.ForEach(terminal => terminal.Dispose());
            sockets.ForEach(socket => socket.Dispose());
            arrived.Dispose();
            stop.Dispose();
        }

        private async Task CountAsync(ILink link)
        {
            await foreach (Arrival arrival in link.ReadAsync(stop.Token))
            {
                if (Interlocked.Add(ref bytes, arrival.Bytes.Length) >= Volatile.Read(ref waitedFor) && !arrived.IsSet)
                {
                    stamp = TimeProvider.System.GetTimestamp();
                    arrived.Set();
                }
            }
        }
    }
}
