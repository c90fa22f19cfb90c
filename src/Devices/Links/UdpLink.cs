using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Vascular.Devices.Links;

/// <summary>Datagrams to and from one device (UDP). What another address sends is never seen: the socket is connected to the device.</summary>
/// <remarks>
/// An arrival is one datagram behind its length in two bytes, and so is what is written, one after the other: boundaries stay on the tape.
/// UDP has no line to lose. A device that was heard and is gone is noticed when something is sent to it and the network says that nobody takes it.
/// One that was never heard is left to the silence limit, as is a network that says nothing: otherwise an absent device would come and go with each try.
/// </remarks>
public sealed class UdpLink : ILink
{
    private const int LengthBytes = 2;
    private const int NobodyThere = -1;

    private readonly Socket socket;
    private readonly LineLoss loss;
    private readonly ITapeClock clock;
    private volatile bool heard;

    private UdpLink(string path, Socket socket, ITapeClock clock)
    {
        (Path, this.socket, this.clock) = (path, socket, clock);
        loss = new LineLoss(path);
    }

    /// <summary><c>udp://host:port</c> as configured.</summary>
    public string Path { get; }

    /// <summary>Null: an address is no device.</summary>
    public string? Identity => null;

    /// <exception cref="IOException">No such host, or no way to it: what, where, what to do.</exception>
    public static async ValueTask<UdpLink> OpenAsync(LinkSettings.Udp settings, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        string path = TcpDial.Name("udp", settings.Host, settings.Port);
        var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        using var deadline = new CancellationTokenSource(TcpDial.Limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, ending.Token);
            return new UdpLink(path, socket, clock);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (cancel.IsCancellationRequested || failure is not (SocketException or OperationCanceledException))
            {
                throw;
            }

            string because = failure is SocketException refused ? refused.Message : $"no answer within {TcpDial.Limit.TotalSeconds:0} s";
            throw new IOException($"no way there: {path}, correct {settings.ConfiguredAt}.host and .port ({because})", failure);
        }
    }

    public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        byte[] datagram = new byte[LengthBytes + ushort.MaxValue];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, loss.Token);
        while (!cancel.IsCancellationRequested)
        {
            if (await RunAsync(() => socket.ReceiveAsync(datagram.AsMemory(LengthBytes), ending.Token), cancel) is not { } count)
            {
                yield break;
            }

            if (count < 0)
            {
                continue;
            }

            heard = true;
            BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)count);
            yield return new Arrival(clock.NowNs, datagram.AsMemory(0, LengthBytes + count));
        }
    }

    /// <exception cref="ArgumentException">The bytes are not datagrams behind their lengths.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        loss.ThrowIfLost();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, loss.Token);
        while (!bytes.IsEmpty)
        {
            int length = bytes.Length < LengthBytes ? bytes.Length : BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            if (bytes.Length < LengthBytes + length)
            {
                throw new ArgumentException("A datagram is written behind its length in two bytes.", nameof(bytes));
            }

            ReadOnlyMemory<byte> datagram = bytes.Slice(LengthBytes, length);
            bytes = bytes[(LengthBytes + length)..];
            if (await RunAsync(() => socket.SendAsync(datagram, ending.Token), cancel) == NobodyThere)
            {
                // the refusal was of an earlier datagram, and this one did not go out
                await RunAsync(() => socket.SendAsync(datagram, ending.Token), cancel);
            }

            cancel.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync()
    {
        loss.Lose("it was closed");
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>What the call says; <see cref="NobodyThere"/> when the network says so of a device that was never heard; null when stopped.</returns>
    private async ValueTask<int?> RunAsync(Func<ValueTask<int>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException absent) when (!heard && !loss.Token.IsCancellationRequested
            && absent.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
        {
            return NobodyThere;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            loss.Lose(failure is SocketException refused ? refused.Message : "it went away");
            throw loss.Error(failure);
        }
    }
}
