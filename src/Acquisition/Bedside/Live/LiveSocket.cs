using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Bedside.Live;

/// <summary><c>/live</c>: the traces for one page over a WebSocket, and the measuring of its clock. docs/live-stream.md.</summary>
public sealed class LiveSocket(LiveTraces traces, LivePages pages, TimeProvider time)
{
    /// <summary>Blocks of so long go together: a screen shows a frame each 16 ms.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(16);

    /// <summary>The tape's time is told this often even when nothing else is.</summary>
    private const int ClockEveryTurns = 15;

    private static readonly TimeSpan SendDeadline = TimeSpan.FromSeconds(10);

    private readonly ArrayBufferWriter<byte> _wire = new(4096);
    private readonly long[] _asked = new long[PageClock.Rounds * 2];
    private long _pings;
    private long _answered;

    /// <summary>Serves one page until it goes or <paramref name="cancel"/>.</summary>
    /// <param name="page">The name the page gave itself; its keys carry it too.</param>
    public async Task RunAsync(WebSocket socket, string page, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (pages.Enter(page) is not { } clock)
        {
            await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "too many pages are open", cancel);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            Task first = await Task.WhenAny(SendAsync(socket, stop.Token), HearAsync(socket, clock, stop.Token));
            await stop.CancelAsync();
            await first;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // the page went, or the station stops
        }
        finally
        {
            pages.Leave(page, clock);
        }
    }

    private async Task SendAsync(WebSocket socket, CancellationToken cancel)
    {
        LiveReader? reader = null;
        using var timer = new PeriodicTimer(Every, time);
        long measuredAtNs = long.MinValue / 2;
        int turn = 0;
        do
        {
            if (reader?.Generation != traces.Generation)
            {
                reader = await ChannelsAsync(socket, cancel);
                turn = 0;
            }

            _wire.ResetWrittenCount();
            bool samples = traces.Read(reader!, _wire);
            if (samples || turn % ClockEveryTurns == 0)
            {
                (long tapeNow, double? speed) = traces.Clock();
                LiveBlock.Clock(_wire, tapeNow, speed is { } paced ? (long)(paced * 1000) : -1);
            }

            turn++;
            long now = pages.NowNs;
            bool waiting = _pings > Interlocked.Read(ref _answered);
            bool within = _pings % PageClock.Rounds != 0;
            if ((within && !waiting) || now - measuredAtNs >= PageClock.Every.TotalNanoseconds)
            {
                measuredAtNs = within ? measuredAtNs : now;
                _asked[_pings % _asked.Length] = pages.NowNs;
                LiveBlock.Ping(_wire, _pings++);
            }

            if (_wire.WrittenCount > 0)
            {
                using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                slow.CancelAfter(SendDeadline);
                await socket.SendAsync(_wire.WrittenMemory, WebSocketMessageType.Binary, true, slow.Token);
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    /// <summary>Which channels there are, as text: before any block of an examination.</summary>
    private async Task<LiveReader> ChannelsAsync(WebSocket socket, CancellationToken cancel)
    {
        (long generation, IReadOnlyList<(ushort Channel, string Name, long PeriodNs)> channels) = traces.Channels();
        var json = new JsonObject
        {
            ["channels"] = new JsonArray([.. channels.Select(c => new JsonObject { ["channel"] = c.Channel, ["name"] = c.Name, ["period_ns"] = c.PeriodNs })]),
        };
        await socket.SendAsync(Encoding.UTF8.GetBytes(json.ToJsonString()), WebSocketMessageType.Text, true, cancel);
        return new LiveReader(generation);
    }

    /// <summary>Answers to pings: <c>number milliseconds</c>. Anything else is let go.</summary>
    private async Task HearAsync(WebSocket socket, PageClock clock, CancellationToken cancel)
    {
        byte[] heard = new byte[64];
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(heard.AsMemory(), cancel);
            long now = pages.NowNs;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
                return;
            }

            if (!received.EndOfMessage || received.MessageType != WebSocketMessageType.Text)
            {
                continue;
            }

            string[] words = Encoding.ASCII.GetString(heard, 0, received.Count).Split(' ');
            if (words.Length == 2
                && long.TryParse(words[0], CultureInfo.InvariantCulture, out long number) && number == Interlocked.Read(ref _answered)
                && double.TryParse(words[1], CultureInfo.InvariantCulture, out double pageMs))
            {
                clock.Add(_asked[number % _asked.Length], now, pageMs);
                Interlocked.Increment(ref _answered);
            }
        }
    }
}
