using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Vascular.Devices.Links;

/// <summary>A TCP port on which others read what a device says, as it comes; they cannot speak. It stays open while the device comes and goes.</summary>
/// <remarks>A reader that is <see cref="Behind"/> reads behind is dropped and counted; neither the device nor the station waits for one.</remarks>
internal sealed class Relay : IAsyncDisposable
{
    /// <summary>Reads that wait for one reader.</summary>
    internal const int Behind = 256;

    /// <summary>Readers at a time; one more is closed at once.</summary>
    internal const int MostReaders = 8;

    private readonly Socket listener;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly List<Reader> readers = [];
    private readonly Action<string> remarked;
    private readonly Task accepting;
    private long dropped;

    /// <param name="remarked">Told of each reader that was dropped.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    internal Relay(RelaySettings settings, Action<string> remarked)
    {
        this.remarked = remarked;
        listener = new Socket(settings.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(settings.Address, settings.Port));
            listener.Listen(MostReaders);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }

        accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Readers that did not keep up, since the port was opened.</summary>
    internal long Dropped => Interlocked.Read(ref dropped);

    internal int Readers
    {
        get
        {
            lock (gate)
            {
                return readers.Count;
            }
        }
    }

    /// <summary>Hands one read to every reader; never waits.</summary>
    internal void Hand(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (readers.Count == 0)
            {
                return;
            }

            byte[] copy = bytes.ToArray();
            for (int i = readers.Count - 1; i >= 0; i--)
            {
                if (!readers[i].Waiting.Writer.TryWrite(copy))
                {
                    readers[i].Socket.Dispose();
                    readers.RemoveAt(i);
                    remarked($"a reader of the relay did not keep up and was dropped ({Interlocked.Increment(ref dropped)} so far)");
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        lock (gate)
        {
            readers.ForEach(reader => reader.Socket.Dispose());
            readers.Clear();
        }

        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                Admit(await listener.AcceptAsync(closing.Token));
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // it hung up before it was let in
            }
        }
    }

    private void Admit(Socket socket)
    {
        socket.NoDelay = true;
        lock (gate)
        {
            if (readers.Count < MostReaders)
            {
                var reader = new Reader(socket);
                readers.Add(reader);
                _ = SendAsync(reader, closing.Token);
                return;
            }
        }

        socket.Dispose();
    }

    private async Task SendAsync(Reader reader, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> unsent = await reader.Waiting.Reader.ReadAsync(cancel);
                while (!unsent.IsEmpty)
                {
                    unsent = unsent[await reader.Socket.SendAsync(unsent, cancel)..];
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            lock (gate)
            {
                readers.Remove(reader);
            }

            reader.Socket.Dispose();
        }
    }

    private sealed class Reader(Socket socket)
    {
        internal Socket Socket => socket;

        internal Channel<byte[]> Waiting { get; } = Channel.CreateBounded<byte[]>(Behind);
    }
}
