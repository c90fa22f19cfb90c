using System.Net;
using System.Net.Sockets;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using Vascular.Simulators.Interop;
using Channel = Vascular.Acquisition.Examinations.Channel;

namespace Vascular.Benchmarks;

/// <summary>From the last byte of a frame on the wire to the reading on the station's channel (link, queue, tape, monitor, fold), beside a program that only sends each frame back.</summary>
/// <remarks>The echo is a way there and back, the station's a way there: a ratio of one half would be no work at all.</remarks>
internal static class EchoBenchmark
{
    private const int Frames = 2000;
    private const int Warm = 200;
    private const int FrameBytes = 5;
    private const string Link = "ppg-1";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static void Run(TextWriter output)
    {
        using SeedTape seed = new();
        // the sensor speaks 75 times a second, the cuff module when it is asked
        byte[] wire = [.. seed.Records.Where(r => r.Type == TapeRecordType.Bytes).GroupBy(r => r.Link).MaxBy(g => g.Count())!.SelectMany(r => r.Payload.ToArray())];
        byte[][] frames = [.. wire.Chunk(FrameBytes).Where(f => f.Length == FrameBytes).Take(Frames + Warm)];
        output.WriteLine($"{frames.Length - Warm} frames of {FrameBytes} bytes, one at a time; {MqttStand.Load()}");
        using (PseudoTerminal pty = PseudoTerminal.Open())
        using (PseudoTerminal bare = PseudoTerminal.Open())
        {
            double[] echo = PtyEcho(bare, frames);
            foreach (SerialReader reader in Enum.GetValues<SerialReader>())
            {
                string name = $"pty, {reader}";
                Say(output, name, Station(seed, name, new LinkSettings.Serial(pty.Path, 9600) { Reader = reader }, frame => pty.Write(frame), frames), echo);
            }
        }

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket? device = null;
        Task accepting = Task.Run(() => (device = listener.AcceptSocket()).NoDelay = true);
        double[] station = Station(seed, "tcp", new LinkSettings.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), frame => device!.Send(frame), frames, accepting);
        device!.Dispose();
        Say(output, "tcp", station, TcpEcho(listener, frames));
    }

    private static void Say(TextWriter output, string transport, double[] station, double[] echo)
    {
        output.WriteLine($"  {transport}  last byte to reading  p50 {At(station, 50),7:F0} µs  p99 {At(station, 99),7:F0} µs");
        output.WriteLine($"  {transport}  bare echo             p50 {At(echo, 50),7:F0} µs  p99 {At(echo, 99),7:F0} µs   station / echo p50 {At(station, 50) / At(echo, 50):F2}  p99 {At(station, 99) / At(echo, 99):F2}");
    }

    private static double[] Station(SeedTape seed, string name, LinkSettings line, Action<byte[]> send, byte[][] frames, Task? ready = null)
    {
        using WatchedClock clock = new();
        LiveStation bench = new(clock, TimeProvider.System);
        LinkFactory links = new(clock, TimeProvider.System);
        bench.Add(new SupervisedLink(Link, null, cancel => links.OpenAsync(line, cancel), bench.Events, clock, TimeProvider.System, new Random(1)), line);
        using TapeWriter tape = TapeWriter.Create(TapeFolder.Make(seed.Fresh("echo-" + name)), new TapeOrigin(seed.Examination, "benchmark", "0"), seed.Keys, anchorUtcNs: 0);
        ExaminationSettings settings = seed.Settings with { Channels = [new ChannelSettings(Link, "nonin7", Simulated: true, CuffLimitMmHg: null)] };
        using Examination examination = Examination.Begin(seed.Examination, tape, settings, 1, bench, new SeedTape.NoChart());
        bench.Begin(examination);
        clock.Watch(examination.Fold.ChannelNamed(Link)!);
        using CancellationTokenSource stop = new();
        Task running = Task.Run(() => bench.RunAsync(stop.Token));
        if (!SpinWait.SpinUntil(() => examination.Fold.ChannelNamed(Link)!.IsOpen && ready?.IsCompleted != false, Deadline))
        {
            throw new TimeoutException($"{name} did not open");
        }

        List<double> times = [];
        foreach (byte[] frame in frames)
        {
            clock.Arm();
            long began = TimeProvider.System.GetTimestamp();
            send(frame);
            times.Add(TimeProvider.System.GetElapsedTime(began, clock.Arrived(Deadline)).TotalMicroseconds);
        }

        stop.Cancel();
        running.GetAwaiter().GetResult();
        return [.. times.Skip(Warm)];
    }

    private static double[] PtyEcho(PseudoTerminal pty, byte[][] frames)
    {
        using FileStream slave = new(pty.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Thread echo = new(() => Echo(slave, frames.Length)) { IsBackground = true };
        echo.Start();
        byte[] back = new byte[FrameBytes];
        return Times(frames, frame =>
        {
            pty.Write(frame);
            for (int got = 0; got < FrameBytes; got += pty.Read(back.AsSpan(got)) ?? 0)
            {
            }
        });
    }

    private static double[] TcpEcho(TcpListener listener, byte[][] frames)
    {
        using Socket near = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket far = listener.AcceptSocket();
        far.NoDelay = true;
        using NetworkStream stream = new(far);
        Thread echo = new(() => Echo(stream, frames.Length)) { IsBackground = true };
        echo.Start();
        byte[] back = new byte[FrameBytes];
        return Times(frames, frame =>
        {
            near.Send(frame);
            for (int got = 0; got < FrameBytes; got += near.Receive(back.AsSpan(got)))
            {
            }
        });
    }

    private static void Echo(Stream line, int frames)
    {
        byte[] frame = new byte[FrameBytes];
        for (int n = 0; n < frames; n++)
        {
            line.ReadExactly(frame);
            line.Write(frame);
        }
    }

    private static double[] Times(byte[][] frames, Action<byte[]> once)
    {
        List<double> times = [];
        foreach (byte[] frame in frames)
        {
            long began = TimeProvider.System.GetTimestamp();
            once(frame);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMicroseconds);
        }

        return [.. times.Skip(Warm)];
    }

    private static double At(double[] times, int percent) => times.Order().ElementAt((times.Length - 1) * percent / 100);

    /// <summary>The station's clock. Its loop reads it after each turn: there a new reading on the channel is seen, without a hook in the service.</summary>
    private sealed class WatchedClock : ITapeClock, IDisposable
    {
        private readonly StationClock inner = new(TimeProvider.System);
        private readonly ManualResetEventSlim arrived = new(true);
        private Channel? channel;
        private long heard;
        private long stamp;

        public long NowNs
        {
            get
            {
                if (channel is not null && !arrived.IsSet && channel.LastHeardAtNs != heard)
                {
                    stamp = TimeProvider.System.GetTimestamp();
                    arrived.Set();
                }

                return inner.NowNs;
            }
        }

        public void Dispose() => arrived.Dispose();

        public void Watch(Channel watched) => channel = watched;

        public void Arm()
        {
            heard = channel!.LastHeardAtNs;
            arrived.Reset();
        }

        public long Arrived(TimeSpan deadline) => arrived.Wait(deadline) ? stamp : throw new TimeoutException("a frame did not arrive");
    }
}
