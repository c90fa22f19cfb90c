using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Links;

/// <summary>A gateway that dials in and sends HL7 messages (MLLP). An arrival is one message without its framing, as <see cref="MessageParts"/>; so is what is written.</summary>
/// <remarks>
/// Several connections of one gateway are one line: messages are whole, so they never mix, and an acknowledgement goes to the connection whose message
/// it names (MSA-2). The line is open from the first connection to the end of the last. What belongs to no message (noise between two, a message
/// that another one or the end of its connection cut off) is an arrival of its own, <see cref="Arrival.IsStray"/>, and said once a connection; so is what had come of
/// a message longer than <see cref="LongestMessage"/>, which ends its connection unacknowledged, so that the gateway keeps it.
/// </remarks>
public sealed class MllpLink : ILink
{
    /// <summary>Longest message that is taken, bytes.</summary>
    public const int LongestMessage = 1 << 20;

    /// <summary>Connections at a time; one more is closed at once.</summary>
    public const int MostConnections = 8;

    private const int WaitingMessages = 8;
    private const int MostUnanswered = 64;
    private const int FirstBuffer = 8192;

    private readonly DialIn port;
    private readonly ITapeClock clock;
    private readonly TimeProvider time;
    private readonly LineLoss loss;
    private readonly Action<string> remarked;
    private readonly Channel<Arrival> heard = Channel.CreateBounded<Arrival>(WaitingMessages);
    private readonly Lock gate = new();
    private readonly List<Socket> connections = [];
    private readonly Queue<(string Id, Socket From)> unanswered = [];
    private readonly List<Task> running = [];

    private MllpLink(string path, DialIn port, ITapeClock clock, TimeProvider time, Action<string> remarked)
    {
        (Path, this.port, this.clock, this.time, this.remarked) = (path, port, clock, time, remarked);
        loss = new LineLoss(path);
    }

    /// <summary><c>mllp://peer:port</c>: who dialled in first, and where.</summary>
    public string Path { get; }

    /// <summary>Null: who a gateway is, its messages say.</summary>
    public string? Identity => null;

    /// <summary>Opens with the first connection that waits or comes.</summary>
    /// <param name="remarked">Told of what a person should mend while the line works.</param>
    /// <exception cref="IOException">Nobody has dialled in: what, where, what to do.</exception>
    internal static async ValueTask<MllpLink> OpenAsync(LinkSettings.Mllp settings, DialIn port, ITapeClock clock, TimeProvider time, Action<string> remarked, CancellationToken cancel)
    {
        Socket first = await TcpListenLink.DialledAsync(port, $"mllp port {port.Port}", settings.ConfiguredAt, time, cancel);
        var link = new MllpLink(TcpListenLink.NameOf("mllp", first, port), port, clock, time, remarked);
        link.Join(first);
        link.running.Add(link.AcceptAsync());
        return link;
    }

    public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await WaitAsync(cancel))
        {
            while (!cancel.IsCancellationRequested && heard.Reader.TryRead(out Arrival arrival))
            {
                yield return arrival;
            }
        }
    }

    /// <exception cref="ArgumentException">The bytes are not messages behind their lengths.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        loss.ThrowIfLost();
        var unsent = new ReadOnlySequence<byte>(bytes);
        byte[] message = new byte[bytes.Length];
        while (!unsent.IsEmpty)
        {
            if (MessageParts.TryRead(ref unsent, message, out int length) != OperationStatus.Done)
            {
                throw new ArgumentException("A message is written behind its length in two bytes.", nameof(bytes));
            }

            var framed = new ArrayBufferWriter<byte>(length + 3);
            Mllp.Write(message.AsSpan(0, length), framed);
            await SendAsync(WhoIsAnswered(message.AsSpan(0, length)), framed.WrittenMemory, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Close("it was closed");
        Task[] ending;
        lock (gate)
        {
            ending = [.. running];
        }

        await Task.WhenAll(ending);
    }

    /// <returns>False when stopped.</returns>
    private async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            return await heard.Reader.WaitToReadAsync(cancel) ? true : throw loss.Error(null);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> framed, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(ByteLine.WriteLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token, loss.Token);
        try
        {
            while (!framed.IsEmpty)
            {
                framed = framed[await to.SendAsync(framed, ending.Token)..];
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // its connection is of no more use; the gateway sends the message again on another
            to.Dispose();
            loss.ThrowIfLost();
            throw new IOException($"{Path} did not take an acknowledgement ({failure.Message})", failure);
        }
    }

    private Socket WhoIsAnswered(ReadOnlySpan<byte> acknowledgement)
    {
        string id = Hl7Ids.Acknowledged(acknowledgement);
        lock (gate)
        {
            for (int i = unanswered.Count; i > 0; i--)
            {
                (string Id, Socket From) asked = unanswered.Dequeue();
                if (asked.Id == id)
                {
                    // enhanced mode may answer twice; the second finds it behind the others
                    unanswered.Enqueue(asked);
                    return asked.From;
                }

                unanswered.Enqueue(asked);
            }

            return connections.Count > 0 ? connections[^1] : throw loss.Error(null);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Join(await port.Dialled.ReadAsync(loss.Token));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ChannelClosedException)
        {
            Close("the port was closed");
        }
    }

    private void Join(Socket socket)
    {
        lock (gate)
        {
            if (!loss.Token.IsCancellationRequested && connections.Count < MostConnections)
            {
                connections.Add(socket);
                running.RemoveAll(task => task.IsCompleted);
                running.Add(Task.Run(() => CarryAsync(socket)));
                return;
            }
        }

        socket.Dispose();
        remarked($"more than {MostConnections} connections at a time: one was closed");
    }

    private async Task CarryAsync(Socket socket)
    {
        string because = "the gateway hung up";
        try
        {
            because = await ListenAsync(socket) ?? because;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            because = failure is SocketException ? failure.Message : because;
        }

        socket.Dispose();
        lock (gate)
        {
            connections.Remove(socket);
            if (connections.Count > 0)
            {
                return;
            }
        }

        Close(because);
    }

    /// <returns>Why the connection is given up; null when the gateway ended it.</returns>
    private async ValueTask<string?> ListenAsync(Socket socket)
    {
        byte[] buffer = new byte[FirstBuffer];
        int held = 0;
        bool told = false;
        while (true)
        {
            if (held == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(2 * held, LongestMessage + 4));
            }

            (int count, string? broken) = await ReceiveAsync(socket, buffer.AsMemory(held));
            if (count == 0)
            {
                told = await StrayAsync(new ReadOnlySequence<byte>(buffer, 0, held), told);
                return broken;
            }

            held += count;
            var wire = new ReadOnlySequence<byte>(buffer, 0, held);
            while (true)
            {
                ReadOnlySequence<byte> before = wire;
                bool began = !wire.IsEmpty && wire.FirstSpan[0] == Mllp.Begin;
                OperationStatus status = Mllp.TryRead(ref wire, LongestMessage, out ReadOnlySequence<byte> message, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    break;
                }

                if (status == OperationStatus.Done && message.Length <= LongestMessage)
                {
                    await TakeAsync(message, socket);
                }
                else if (status == OperationStatus.Done || (began && fault == WireFault.Noise))
                {
                    remarked($"a message longer than {LongestMessage} bytes: its connection was closed");
                    await StrayAsync(before, told: true);
                    return "a message was too long";
                }
                else
                {
                    told = await StrayAsync(before.Slice(0, before.Length - wire.Length), told);
                }
            }

            held = (int)wire.Length;
            wire.CopyTo(buffer);
        }
    }

    /// <returns>Bytes received, 0 at the end; and why it broke off, null where the gateway ended it.</returns>
    private async ValueTask<(int Count, string? Broken)> ReceiveAsync(Socket socket, Memory<byte> room)
    {
        try
        {
            return (await socket.ReceiveAsync(room, loss.Token), null);
        }
        catch (SocketException failure)
        {
            return (0, failure.Message);
        }
    }

    /// <summary>Hands on what belongs to no message, and says so once.</summary>
    /// <returns>True: it was said.</returns>
    private async ValueTask<bool> StrayAsync(ReadOnlySequence<byte> bytes, bool told)
    {
        if (bytes.IsEmpty)
        {
            return told;
        }

        if (!told)
        {
            remarked("bytes that belong to no message came: they are recorded and refused");
        }

        await heard.Writer.WriteAsync(new Arrival(clock.NowNs, bytes.ToArray()) { IsStray = true }, loss.Token);
        return true;
    }

    private async ValueTask TakeAsync(ReadOnlySequence<byte> message, Socket from)
    {
        var parts = new ArrayBufferWriter<byte>(MessageParts.SizeOf((int)message.Length));
        MessageParts.Write(message, parts);
        lock (gate)
        {
            while (unanswered.Count >= MostUnanswered)
            {
                unanswered.Dequeue();
            }

            unanswered.Enqueue((Hl7Ids.Control(message), from));
        }

        await heard.Writer.WriteAsync(new Arrival(clock.NowNs, parts.WrittenMemory), loss.Token);
    }

    private void Close(string because)
    {
        loss.Lose(because);
        heard.Writer.TryComplete();
        lock (gate)
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }
}
