using System.Text;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>A broker an outlet is judged against, and an outside client of it.</summary>
public interface IOutletPeer : IAsyncDisposable
{
    /// <summary>Opens an outlet of station <c>lab-a/bedside-box-01</c>.</summary>
    Task<IOutlet> OpenAsync();

    /// <summary>A consumer named <c>ehr-bridge</c> that has subscribed to <paramref name="filter"/>.</summary>
    Task<IOutletConsumer> ConsumerAsync(string filter);

    /// <summary>Ends the broker without a word to anyone.</summary>
    Task KillAsync();
}

public interface IOutletConsumer : IAsyncDisposable
{
    Task<Letter> NextAsync();

    Task PublishAsync(string topic, string body);
}

/// <summary>What every outlet promises, whatever library and broker are behind it.</summary>
public static class OutletContract
{
    public const string Box = "vascular/v1/lab-a/bedside-box-01";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static Letter Result(string body = "{}") => new(
        Box + "/result/session",
        Encoding.UTF8.GetBytes(body),
        "application/fhir+json",
        [("specversion", "1.0"), ("id", "79ddbbd0-7111-5a13-94b0-beb18d6e7e74"), ("note", "zwei Wörter")],
        Expires: null,
        Retain: false,
        Qos: 1);

    public static async Task A_letter_arrives_whole(IOutletPeer peer)
    {
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/result/+");
        await using IOutlet outlet = await peer.OpenAsync();
        Letter sent = Result("{\"å\":0.280}") with { Expires = TimeSpan.FromHours(1) };
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(sent, CancellationToken.None));
        Letter got = await consumer.NextAsync();
        Assert.Equal(sent.Topic, got.Topic);
        Assert.Equal(sent.Body.ToArray(), got.Body.ToArray());
        Assert.Equal(sent.ContentType, got.ContentType);
        Assert.Equal(sent.Properties, got.Properties);
        Assert.InRange(got.Expires!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Equal(1, got.Qos);
        Assert.False(got.Retain);
    }

    public static async Task The_receipt_says_what_the_broker_said(IOutletPeer peer)
    {
        await using IOutlet outlet = await peer.OpenAsync();
        Assert.Equal(Receipt.NobodySubscribed, await outlet.PublishAsync(Result(), CancellationToken.None));
        Assert.Equal(Receipt.NotAuthorised, await outlet.PublishAsync(Result() with { Topic = "vascular/v1/lab-a/bedside-box-02/result/session" }, CancellationToken.None));
        Assert.Equal(Receipt.TooLarge, await outlet.PublishAsync(Result() with { Body = new byte[1 << 20] }, CancellationToken.None));
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/result/+");
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(Result(), CancellationToken.None));
    }

    public static async Task A_letter_to_the_station_is_received_and_none_to_another(IOutletPeer peer)
    {
        await using IOutlet outlet = await peer.OpenAsync();
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/result/+");
        await consumer.PublishAsync("vascular/v1/lab-a/bedside-box-02/ack/ehr-bridge", "no");
        await consumer.PublishAsync(Box + "/ack/ehr-bridge", "yes");
        await consumer.PublishAsync(Box + "/cmd/resend", "again");
        Assert.Equal([(Box + "/ack/ehr-bridge", "yes"), (Box + "/cmd/resend", "again")], await TakeAsync(outlet, 2));
    }

    public static async Task A_letter_its_receiver_was_not_done_with_comes_again(IOutletPeer peer)
    {
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/result/+");
        await using (IOutlet first = await peer.OpenAsync())
        {
            await consumer.PublishAsync(Box + "/ack/ehr-bridge", "one");
            await consumer.PublishAsync(Box + "/ack/ehr-bridge", "two");
            Assert.Equal([(Box + "/ack/ehr-bridge", "one"), (Box + "/ack/ehr-bridge", "two")], await TakeAsync(first, 2));   // leaves while holding "two"
        }

        await using IOutlet second = await peer.OpenAsync();
        Assert.Equal([(Box + "/ack/ehr-bridge", "two")], await TakeAsync(second, 1));
    }

    public static async Task A_lost_line_ends_publishing_and_receiving_with_an_IOException(IOutletPeer peer)
    {
        await using IOutlet outlet = await peer.OpenAsync();
        Task<List<(string, string)>> receiving = TakeAsync(outlet, 1);
        await peer.KillAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => receiving);
        await Assert.ThrowsAnyAsync<IOException>(() => outlet.PublishAsync(Result(), CancellationToken.None)).WaitAsync(Deadline);
        await Assert.ThrowsAnyAsync<IOException>(() => TakeAsync(outlet, 1));
    }

    public static async Task No_broker_is_an_IOException(IOutletPeer peer)
    {
        await peer.KillAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => peer.OpenAsync()).WaitAsync(Deadline);
    }

    public static async Task A_stop_ends_receiving_quietly_and_a_cancelled_wait_says_cancelled(IOutletPeer peer)
    {
        IOutlet outlet = await peer.OpenAsync();
        using CancellationTokenSource stop = new();
        Task<List<(string, string)>> stopped = TakeAsync(outlet, 1, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outlet.PublishAsync(Result(), stop.Token));
        Task<List<(string, string)>> receiving = TakeAsync(outlet, 1);
        await outlet.DisposeAsync();
        Assert.Empty(await receiving);
    }

    public static async Task The_state_says_online_then_offline(IOutletPeer peer)
    {
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/state");
        IOutlet outlet = await peer.OpenAsync();
        Assert.Contains("\"state\":\"online\"", await TextAsync(consumer), StringComparison.Ordinal);
        await outlet.DisposeAsync();
        Assert.Contains("\"state\":\"offline\",\"reason\":\"stopped\"", await TextAsync(consumer), StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(IOutletConsumer consumer) => Encoding.UTF8.GetString((await consumer.NextAsync()).Body.Span);

    private static async Task<List<(string Topic, string Body)>> TakeAsync(IOutlet outlet, int count, CancellationToken cancel = default)
    {
        using CancellationTokenSource deadline = new(Deadline);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        List<(string, string)> taken = [];
        await foreach (Letter letter in outlet.ReceiveAsync(either.Token))
        {
            taken.Add((letter.Topic, Encoding.UTF8.GetString(letter.Body.Span)));
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
