using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Iiod;

/// <summary>A simulated iiod on a TCP port of loopback, at the speed of the system's clock, for as many connections as come, up to <see cref="MostConnections"/>.</summary>
/// <remarks>One loop on one thread of control: look at the port and every connection, let them speak, wait some milliseconds.</remarks>
public sealed class IiodServer : IDisposable
{
    /// <summary>Connections at once; a further one waits in the system's queue.</summary>
    public const int MostConnections = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    private readonly List<(Socket Host, IiodSession Session, SpoiltLine Line)> connections = [];
    private readonly ArrayBufferWriter<byte> clean = new(4096);
    private readonly ArrayBufferWriter<byte> wire = new(4096);
    private readonly SpoiltLine faults;
    private readonly Action<AppliedFault>? told;
    private readonly byte[] heard = new byte[4096];
    private readonly SimulatedIiod board;
    private readonly IReadOnlyList<SimulatedTcm> monitors;
    private readonly double late;
    private readonly ulong seed;
    private Socket? listener;
    private long closedUntilNs;
    private long accepted;
    private long toldNs = -Nanoseconds.PerSecond;

    /// <param name="port">0 for any free one.</param>
    /// <param name="late">Chance that an answer to a READ is late, 0 to 1.</param>
    /// <param name="faults">What every connection does to the bytes it carries; a fault at a time strikes those that are open then. One that breaks a connection closes the
    /// port for as long.</param>
    /// <param name="told">Hears of each fault as it is done.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public IiodServer(
        SimulatedIiod board, IReadOnlyList<SimulatedTcm> monitors, int port, double late = 0, ulong seed = 0, IReadOnlyList<LineFault>? faults = null,
        Action<AppliedFault>? told = null)
    {
        this.faults = new SpoiltLine(faults ?? [], seed, "iiod");
        this.told = told;
        (this.board, this.monitors, this.late, this.seed) = (board, monitors, late, seed);
        listener = LoopbackPort.Listen(port, MostConnections);
        Port = LoopbackPort.Of(listener);
    }

    public int Port { get; }

    public string Address => $"tcp://{new IPEndPoint(IPAddress.Loopback, Port)}";

    /// <summary>Bytes given to clients.</summary>
    public long Bytes { get; private set; }

    /// <summary>The line of each connection, and the one that later connections are made after.</summary>
    public IReadOnlyList<SpoiltLine> Lines => [faults, .. connections.Select(c => c.Line)];

    /// <summary>Until cancelled.</summary>
    /// <param name="control">Called on every turn, with the time.</param>
    /// <param name="truth">Gets a JSON line a second for each monitor.</param>
    public async Task RunAsync(TimeProvider time, TextWriter? truth, CancellationToken cancel, Action<long>? control = null)
    {
        long started = time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            long nowNs = (long)time.GetElapsedTime(started).TotalNanoseconds;
            control?.Invoke(nowNs);
            Turn(nowNs, truth);
            try
            {
                await Task.Delay(Look, time, cancel);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        truth?.Flush();
    }

    /// <summary>A client is there.</summary>
    public bool HasHost => connections.Count > 0;

    /// <summary>Lets the skin live up to a time, then looks at the port and every connection.</summary>
    public void Turn(long nowNs, TextWriter? truth)
    {
        foreach (SimulatedTcm monitor in monitors)
        {
            monitor.Skin.Advance(nowNs);
        }

        Turn(nowNs);
        Tell(truth, nowNs);
    }

    public void Dispose()
    {
        listener?.Dispose();
        connections.ForEach(c => c.Host.Dispose());
    }

    private void Turn(long nowNs)
    {
        if (listener is null && nowNs >= closedUntilNs)
        {
            listener = LoopbackPort.Listen(Port, MostConnections);
        }

        while (listener is not null && connections.Count < MostConnections && listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            Socket host = listener.Accept();
            host.Blocking = false;
            host.NoDelay = true;
            string name = string.Create(CultureInfo.InvariantCulture, $"iiod/{accepted++}");
            SpoiltLine line = new(faults.Faults.Where(f => f.Chance is not null || f.Kind == LineFaultKind.MidFrame || f.AtNs > nowNs), seed, name, told);
            line.Begin(nowNs);
            connections.Add((host, new IiodSession(board, late, new SeededStream(seed, name)), line));
        }

        for (int n = connections.Count - 1; n >= 0; n--)
        {
            (Socket host, IiodSession session, SpoiltLine line) = connections[n];
            if (!Hear(host, session, nowNs) || !Speak(host, session, line, nowNs))
            {
                host.Dispose();
                connections.RemoveAt(n);
                if (line.IsBroken)
                {
                    closedUntilNs = Math.Max(closedUntilNs, line.BackAtNs);
                    listener?.Dispose();
                    listener = null;
                }
            }
        }
    }

    /// <summary>False when the host has left.</summary>
    private bool Hear(Socket host, IiodSession session, long nowNs)
    {
        while (host.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            int read = host.Receive(heard, SocketFlags.None, out SocketError error);
            if (read <= 0 || error != SocketError.Success)
            {
                return error == SocketError.WouldBlock;
            }

            session.Receive(nowNs, heard.AsSpan(0, read));
        }

        return true;
    }

    private bool Speak(Socket host, IiodSession session, SpoiltLine line, long nowNs)
    {
        clean.Clear();
        wire.Clear();
        session.Advance(nowNs, clean);
        line.Advance(nowNs, wire);
        line.Pass(nowNs, clean.WrittenSpan, wire);
        if (line.IsBroken)
        {
            return false;
        }

        ReadOnlyMemory<byte> rest = wire.WrittenMemory;
        while (!rest.IsEmpty)
        {
            int sent = host.Send(rest.Span, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                return false;       // a host that asks and does not read is cut off
            }

            Bytes += sent;
            rest = rest[sent..];
        }

        return !session.IsOver || session.NextAtNs is not null || line.NextAtNs is not null;
    }

    private void Tell(TextWriter? truth, long nowNs)
    {
        if (truth is null || nowNs < toldNs + Nanoseconds.PerSecond)
        {
            return;
        }

        toldNs = nowNs;
        foreach (SimulatedTcm monitor in monitors)
        {
            truth.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"at_s\":{Nanoseconds.ToSeconds(nowNs):F6},\"bytes\":{Bytes},\"device\":\"{monitor.Name}\",\"tcpo2_mmHg\":{monitor.Skin.TrueMmHg:F3},\"electrode_celsius\":{monitor.Skin.Celsius:F3},\"heating_mW\":{monitor.Skin.HeatingMilliWatts:F1}}}"));
        }
    }
}
