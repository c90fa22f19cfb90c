using System.Net;
using System.Net.Sockets;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The network between station and broker: each direction can stop (its bytes wait, as TCP keeps them) or be slow; both can be cut.</summary>
/// <param name="port">Of the broker, on this machine.</param>
/// <param name="time">Measures what is slow.</param>
public sealed class Middleman : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int port;
    private readonly TimeProvider time;
    private readonly Task accepting;
    private readonly List<Socket> sockets = [];
    private readonly Lock gate = new();

    public Middleman(int port, TimeProvider time)
    {
        (this.port, this.time) = (port, time);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where the station connects.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Direction ToBroker { get; } = new();

    public Direction ToStation { get; } = new();

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Ends every connection at once, without a word.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (Socket socket in sockets)
            {
                socket.Close(0);
            }

            sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> flows = [];
        while (!stop.IsCancellationRequested)
        {
            Socket station = await listener.AcceptSocketAsync(stop.Token);
            Socket broker = new(SocketType.Stream, ProtocolType.Tcp);
            Connections++;
            lock (gate)
            {
                sockets.AddRange([station, broker]);
            }

            flows.Add(CarryAsync(station, broker));
        }

        await Task.WhenAll(flows);
    }

    private async Task CarryAsync(Socket station, Socket broker)
    {
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, port, stop.Token);
            await Task.WhenAny(FlowAsync(station, broker, ToBroker), FlowAsync(broker, station, ToStation));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the broker is not there
        }
        finally
        {
            station.Close(0);
            broker.Close(0);
        }
    }

    private async Task FlowAsync(Socket from, Socket to, Direction direction)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, stop.Token)) > 0)
            {
                foreach (Memory<byte> piece in direction.Pieces(buffer.AsMemory(0, read)))
                {
                    await direction.PassAsync(time, stop.Token);
                    await to.SendAsync(piece, stop.Token);
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // one end left: so does the other
        }
    }

    /// <summary>One way of the network.</summary>
    public sealed class Direction
    {
        private volatile TaskCompletionSource open = Opened();
        private volatile TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Bytes that pass at once; 0: all.</summary>
        public int PieceBytes { get; set; }

        /// <summary>Time before each piece.</summary>
        public TimeSpan PieceWait { get; set; }

        /// <summary>Bytes wait from now on.</summary>
        public void Hold()
        {
            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        /// <summary>Ends when bytes wait that came since <see cref="Hold"/>.</summary>
        public Task WaitingAsync() => waiting.Task.WaitAsync(SendingStation.Patience);

        /// <summary>Bytes flow again, those that waited first.</summary>
        public void Heal() => open.TrySetResult();

        internal IEnumerable<Memory<byte>> Pieces(Memory<byte> bytes)
        {
            int size = PieceBytes > 0 ? PieceBytes : bytes.Length;
            for (int at = 0; at < bytes.Length; at += size)
            {
                yield return bytes[at..Math.Min(at + size, bytes.Length)];
            }
        }

        internal async Task PassAsync(TimeProvider time, CancellationToken cancel)
        {
            if (PieceWait > TimeSpan.Zero)
            {
                await Task.Delay(PieceWait, time, cancel);
            }

            if (!open.Task.IsCompleted)
            {
                waiting.TrySetResult();
            }

            await open.Task.WaitAsync(cancel);
        }

        private static TaskCompletionSource Opened()
        {
            TaskCompletionSource opened = new();
            opened.SetResult();
            return opened;
        }
    }
}
