using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Interop;
using Channel = Vascular.Acquisition.Examinations.Channel;

namespace Vascular.Benchmarks;

/// <summary>A whole station (links, queue, tape, codec, fold) with many oximeters at 75 frames a second, and what of it is on the tape afterwards.</summary>
internal static class StationLoad
{
    private const int PerSecond = 75;
    private const int FrameBytes = 5;
    private const int PacketFrames = 25;
    private const int MostWatched = 16;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Runs <paramref name="terminals"/> + <paramref name="sockets"/> oximeters for a while and prints one line of the table.</summary>
    internal static void Run(TextWriter output, SeedTape seed, int terminals, int sockets, int seconds)
    {
        byte[] wire = [.. seed.Records.Where(r => r.Type == TapeRecordType.Bytes).GroupBy(r => r.Link).MaxBy(g => g.Count())!.SelectMany(r => r.Payload.ToArray())];
        using Load load = new(seed, terminals, sockets, [.. wire.Chunk(FrameBytes * PacketFrames).Where(packet => packet.Length == FrameBytes * PacketFrames).Take(100).SelectMany(packet => packet)]);
        load.Run(seconds);
        (long bytes, long samples) = load.OnTape();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {terminals} + {sockets} | {seconds} s | {load.Cpu:F0} % | {load.Playing:F0} % | {load.Memory / 1e6:F0} MB | {load.At(50):F2} | {load.At(99):F2} | {load.Sent} | {load.Sent - (bytes / FrameBytes)} | {load.Sent - samples} |"));
    }

    private sealed class Load : IDisposable
    {
        private readonly List<PseudoTerminal> terminals = [];
        private readonly List<Socket> sockets = [];
        private readonly List<TcpListener> listeners = [];
        private readonly SeedTape seed;
        private readonly byte[] frames;
        private readonly TapeFolder folder;
        private readonly int lines;
        private readonly LoadClock clock = new();

        internal Load(SeedTape seed, int ttys, int tcps, byte[] frames)
        {
            (this.seed, this.frames, lines) = (seed, frames, ttys + tcps);
            folder = TapeFolder.Make(seed.Fresh(string.Create(CultureInfo.InvariantCulture, $"load-{ttys}-{tcps}")));

            // a watched line has a port of its own: behind one port connections come in any order
            for (int i = 0; i <= Math.Min(MostWatched, tcps); i++)
            {
                listeners.Add(new TcpListener(IPAddress.Loopback, 0));
                listeners[i].Start(tcps + 1);
            }

            terminals.AddRange(Enumerable.Range(0, ttys).Select(_ => PseudoTerminal.Open()));
        }

        internal double Cpu { get; private set; }

        internal double Playing { get; private set; }

        internal long Memory { get; private set; }

        internal long Sent { get; private set; }

        internal double At(int percent) => clock.Ways.Count == 0 ? 0 : clock.Ways.Order().ElementAt((clock.Ways.Count - 1) * percent / 100);

        internal void Run(int seconds)
        {
            LiveStation bench = new(clock, TimeProvider.System);
            LinkFactory links = new(clock, TimeProvider.System);
            for (int i = 0; i < lines; i++)
            {
                LinkSettings line = i < terminals.Count
                    ? new LinkSettings.Serial(terminals[i].Path, 9600)
                    : new LinkSettings.Tcp("127.0.0.1", ((IPEndPoint)Of(i - terminals.Count).LocalEndpoint).Port);
                bench.Add(new SupervisedLink(Name(i), null, cancel => links.OpenAsync(line, cancel), bench.Events, clock, TimeProvider.System, new Random(i + 1)), line);
            }

            using TapeWriter tape = TapeWriter.Create(folder, new TapeOrigin(seed.Examination, "benchmark", "0"), seed.Keys, anchorUtcNs: 0);
            ExaminationSettings settings = seed.Settings with
            {
                Channels = [.. Enumerable.Range(0, lines).Select(i => new ChannelSettings(Name(i), "nonin7", Simulated: true, CuffLimitMmHg: null))],
            };
            using Examination examination = Examination.Begin(seed.Examination, tape, settings, 1, bench, new SeedTape.NoChart());
            bench.Begin(examination);
            using CancellationTokenSource stop = new();
            Task running = Task.Run(() => bench.RunAsync(stop.Token));

            while (sockets.Count < lines - terminals.Count)
            {
                sockets.Add(Of(sockets.Count).AcceptSocket());
                sockets[^1].NoDelay = true;
            }

            Wait(() => Enumerable.Range(0, lines).All(i => examination.Fold.ChannelNamed(Name(i))!.IsOpen), "a line did not open");
            Thread devices = new(() => Play(seconds)) { Name = "devices" };
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long began = TimeProvider.System.GetTimestamp();
            clock.Watch([.. Enumerable.Range(0, Math.Min(MostWatched, lines)).Select(i => examination.Fold.ChannelNamed(Name(i))!)]);
            devices.Start();
            devices.Join();
            double used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
            double wall = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            (Cpu, Playing) = ((100 * used / wall) - Playing, Playing);
            Memory = Environment.WorkingSet;
            clock.Watch([]);
            WaitUntilQuiet(examination);
            stop.Cancel();
            running.GetAwaiter().GetResult();
            links.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        /// <summary>What the tape holds, and what a codec makes of it from its first byte on.</summary>
        internal (long Bytes, long Samples) OnTape()
        {
            Dictionary<ushort, NoninMonitor> monitors = [];
            List<Reading> readings = [];
            long bytes = 0;
            long samples = 0;
            foreach (TapedRecord taped in new TapeReader(folder, seed.Keys).Read())
            {
                TapeRecord record = taped.Record;
                if (record.Type != TapeRecordType.Bytes)
                {
                    continue;
                }

                if (!monitors.TryGetValue(record.Link, out NoninMonitor? monitor))
                {
                    monitors.Add(record.Link, monitor = new NoninMonitor(new NoninOptions()));
                    monitor.Next(new Record(RecordKind.Open, 0), readings);
                }

                bytes += record.Payload.Length;
                readings.Clear();
                monitor.Next(new Record(RecordKind.Bytes, record.AtNs, record.Payload), readings);
                samples += readings.Count(reading => reading.Kind == ReadingKind.PlethSample);
            }

            return (bytes, samples);
        }

        public void Dispose()
        {
            terminals.ForEach(terminal => terminal.Dispose());
            sockets.ForEach(socket => socket.Dispose());
            listeners.ForEach(listener => listener.Dispose());
        }

        /// <summary>Where the n-th unit on TCP is dialled.</summary>
        private TcpListener Of(int socket) => listeners[Math.Min(socket + 1, listeners.Count) % listeners.Count];

        private static string Name(int line) => string.Create(CultureInfo.InvariantCulture, $"ppg-{line + 1}");

        private static void Wait(Func<bool> until, string otherwise) => _ = SpinWait.SpinUntil(until, Deadline) ? true : throw new TimeoutException(otherwise);

        /// <summary>Every line's frames are spread over the period, as units that know nothing of each other are.</summary>
        private void Play(int seconds)
        {
            long cpu = ThreadCpuNs();
            long began = TimeProvider.System.GetTimestamp();
            long ticksPerSecond = TimeProvider.System.TimestampFrequency;
            using ManualResetEventSlim never = new();
            long all = (long)seconds * PerSecond * lines;
            for (long n = 0; n < all; n++)
            {
                long due = began + (n * ticksPerSecond / ((long)PerSecond * lines));
                TimeSpan ahead = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
                if (ahead > TimeSpan.FromMilliseconds(1))
                {
                    never.Wait(ahead);
                }

                Send((int)(n % lines), (int)(n / lines));
            }

            Sent = all;
            Playing = 100 * (ThreadCpuNs() - cpu) / 1e9 / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        }

        private void Send(int line, int frame)
        {
            ReadOnlySpan<byte> bytes = frames.AsSpan(frame * FrameBytes % frames.Length, FrameBytes);
            clock.Sent(line);
            if (line < terminals.Count)
            {
                _ = terminals[line].Write(bytes) == FrameBytes ? true : throw new IOException("the terminal did not take a frame");
            }
            else
            {
                sockets[line - terminals.Count].Send(bytes);
            }
        }

        private void WaitUntilQuiet(Examination examination)
        {
            long last = -1;
            using ManualResetEventSlim never = new();
            for (int quiet = 0; quiet < 3;)
            {
                long heard = Enumerable.Range(0, lines).Sum(i => examination.Fold.ChannelNamed(Name(i))!.LastHeardAtNs);
                quiet = heard == last ? quiet + 1 : 0;
                last = heard;
                never.Wait(TimeSpan.FromMilliseconds(200));
            }
        }

        private static long ThreadCpuNs() => long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>The station's clock. Its loop reads it after each turn: there a new reading on a watched channel is seen, without a hook in the service.</summary>
    private sealed class LoadClock : ITapeClock
    {
        private readonly StationClock inner = new(TimeProvider.System);
        private readonly Lock gate = new();
        private readonly long[] sent = new long[MostWatched];
        private Channel[] channels = [];
        private long[] heard = [];

        internal List<double> Ways { get; } = [];

        public long NowNs
        {
            get
            {
                Look();
                return inner.NowNs;
            }
        }

        internal void Watch(Channel[] watched)
        {
            lock (gate)
            {
                heard = [.. watched.Select(channel => channel.LastHeardAtNs)];
                channels = watched;
            }
        }

        internal void Sent(int line)
        {
            if (line < MostWatched)
            {
                Volatile.Write(ref sent[line], TimeProvider.System.GetTimestamp());
            }
        }

        private void Look()
        {
            if (channels.Length == 0 || !gate.TryEnter())
            {
                return;
            }

            for (int i = 0; i < channels.Length; i++)
            {
                if (channels[i].LastHeardAtNs != heard[i])
                {
                    heard[i] = channels[i].LastHeardAtNs;
                    Ways.Add(TimeProvider.System.GetElapsedTime(Volatile.Read(ref sent[i])).TotalMilliseconds);
                }
            }

            gate.Exit();
        }
    }
}
