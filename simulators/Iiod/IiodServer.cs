using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Iiod;

/// <summary>A simulated iiod on a TCP port of loopback, at the speed of the system's clock, for as many connections as come, up to <see cref="MostConnections"/>.</summary>
/// <remarks>One loop on one thread of control: look at the port and every connection, let them speak, wait some milliseconds.</remarks>
public sealed class IiodServer : IDisposable
{
    /// <summary>Connections at once; a further one waits in the system's queue.</summary>
    public const int MostConnections = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(4);

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<(Socket Host, IiodSession Session)> connections = [];
    private readonly ArrayBufferWriter<byte> wire = new(4096);
    private readonly byte[] heard = new byte[4096];
    private readonly SimulatedIiod board;
    private readonly IReadOnlyList<SimulatedTcm> monitors;
    private readonly double late;
    private readonly ulong seed;
    private long bytes;
    private long accepted;
    private long toldNs = -Nanoseconds.PerSecond;

    /// <param name="port">0 for any free one.</param>
    /// <param name="late">Chance that an answer to a READ is late, 0 to 1.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public IiodServer(SimulatedIiod board, IReadOnlyList<SimulatedTcm> monitors, int port, double late = 0, ulong seed = 0)
    {
        (this.board, this.monitors, this.late, this.seed) = (board, monitors, late, seed);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(MostConnections);
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public string Address => $"tcp://{listener.LocalEndPoint}";

    /// <summary>Until cancelled.</summary>
    /// <param name="truth">Gets a JSON line a second for each monitor.</param>
    public async Task RunAsync(TimeProvider time, TextWriter? truth, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            long nowNs = (long)time.GetElapsedTime(started).TotalNanoseconds;
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
        listener.Dispose();
        connections.ForEach(c => c.Host.Dispose());
    }

    private void Turn(long nowNs)
    {
        while (connections.Count < MostConnections && listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            Socket host = listener.Accept();
            host.Blocking = false;
            host.NoDelay = true;
            connections.Add((host, new IiodSession(board, late, new SeededStream(seed, string.Create(CultureInfo.InvariantCulture, $"iiod/{accepted++}")))));
        }

        for (int n = connections.Count - 1; n >= 0; n--)
        {
            (Socket host, IiodSession session) = connections[n];
            if (!Hear(host, session, nowNs) || !Speak(host, session, nowNs))
            {
                host.Dispose();
                connections.RemoveAt(n);
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

    private bool Speak(Socket host, IiodSession session, long nowNs)
    {
        wire.Clear();
        session.Advance(nowNs, wire);
        ReadOnlyMemory<byte> rest = wire.WrittenMemory;
        while (!rest.IsEmpty)
        {
            int sent = host.Send(rest.Span, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                return false;       // a host that asks and does not read is cut off
            }

            bytes += sent;
            rest = rest[sent..];
        }

        return !session.IsOver || session.NextAtNs is not null;
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
                $"{{\"at_s\":{Nanoseconds.ToSeconds(nowNs):F6},\"bytes\":{bytes},\"device\":\"{monitor.Name}\",\"tcpo2_mmHg\":{monitor.Skin.TrueMmHg:F3},\"electrode_celsius\":{monitor.Skin.Celsius:F3},\"heating_mW\":{monitor.Skin.HeatingMilliWatts:F1}}}"));
        }
    }
}
