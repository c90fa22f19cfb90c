using System.Threading.Channels;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>The receiving half of the outbox: what consumers answer is written down, and what they ask for is done.</summary>
/// <param name="changed">Raised when an answer changed how a row stands.</param>
/// <param name="hurry">Told of a row that a consumer asked for.</param>
internal sealed class OutboxReceiving(OutboxRecord record, OutboxAddress address, TimeProvider time, Action<OutboxEvent> notice, StationNews? news, ChangeSignal changed, Action<long> hurry)
{
    private readonly string acknowledgements = Topics.Acknowledgements(address.Site, address.Gateway);
    private readonly StationCommands commands = new(record, address, hurry);

    /// <summary>Reads one line until it is lost or cancelled: answers are handed on, commands done.</summary>
    internal async Task ReadAsync(IOutlet outlet, ChannelWriter<Acknowledgement> answers, CancellationToken cancel)
    {
        await foreach (Letter letter in outlet.ReceiveAsync(cancel))
        {
            if (letter.Topic.StartsWith(acknowledgements, StringComparison.Ordinal))
            {
                await ReadAsync(letter, answers, cancel);
            }
            else if (commands.Owns(letter))
            {
                await AnswerAsync(outlet, letter, cancel);
            }
        }
    }

    /// <summary>Does a command and says so where its sender wants to hear it; without a response topic nobody is told.</summary>
    private async Task AnswerAsync(IOutlet outlet, Letter command, CancellationToken cancel)
    {
        CommandReply reply = await commands.DoAsync(command, cancel);
        if (reply.Status is CommandStatus.Refused or CommandStatus.Failed)
        {
            notice(new OutboxEvent(reply.Status == CommandStatus.Refused ? OutboxEventKind.UnreadableLetter : OutboxEventKind.RecordFailed, null, reply.Reason!));
        }

        if (command.ReplyTo is null)
        {
            return;
        }

        if (reply.LetterTo(command, commands.Replies) is not { } letter)
        {
            notice(new OutboxEvent(OutboxEventKind.UnreadableLetter, null, $"a reply was wanted elsewhere than below {commands.Replies}"));
            return;
        }

        Receipt receipt = await outlet.PublishAsync(letter, cancel);
        if (receipt is not (Receipt.Stored or Receipt.NobodySubscribed))
        {
            notice(new OutboxEvent(OutboxPublishing.KindOf(receipt), null, $"reply to a command: {receipt}"));
        }
    }

    private async Task ReadAsync(Letter letter, ChannelWriter<Acknowledgement> answers, CancellationToken cancel)
    {
        if (AcknowledgementLetter.TryRead(letter, acknowledgements, out Acknowledgement? acknowledgement, out string why))
        {
            await answers.WriteAsync(acknowledgement!, cancel);
        }
        else
        {
            notice(new OutboxEvent(OutboxEventKind.UnreadableLetter, null, why));
        }
    }

    /// <summary>Writes answers down, all that have come in one transaction. A crash before it costs nothing but a repeat: the row is still owed, is
    /// published again, and answered again.</summary>
    internal async Task TakeAsync(ChannelReader<Acknowledgement> answers, CancellationToken cancel)
    {
        try
        {
            while (await answers.WaitToReadAsync(cancel))
            {
                await TakeAllAsync(answers);
            }
        }
        finally
        {
            // what came before the line was lost has come
            await TakeAllAsync(answers);
        }
    }

    private async Task TakeAllAsync(ChannelReader<Acknowledgement> answers)
    {
        List<Acknowledgement> came = [];
        while (came.Count < OutboxPublishing.MostUnderWay && answers.TryRead(out Acknowledgement? one))
        {
            came.Add(one);
        }

        if (came.Count == 0)
        {
            return;
        }

        IReadOnlyList<AcknowledgementOutcome> outcomes = await record.NoteAcknowledgementsAsync(came, Now(), CancellationToken.None);
        news?.RecordWritten();
        foreach ((Acknowledgement acknowledgement, AcknowledgementOutcome outcome) in came.Zip(outcomes))
        {
            notice(new OutboxEvent(KindOf(outcome), acknowledgement.MessageId, acknowledgement.Consumer));
        }

        if (outcomes.Any(o => o is AcknowledgementOutcome.Taken or AcknowledgementOutcome.Rejected))
        {
            changed.Raise();
        }
    }

    private static OutboxEventKind KindOf(AcknowledgementOutcome outcome) => outcome switch
    {
        AcknowledgementOutcome.Taken => OutboxEventKind.Acknowledged,
        AcknowledgementOutcome.Rejected => OutboxEventKind.Rejected,
        AcknowledgementOutcome.Late => OutboxEventKind.LateAcknowledgement,
        AcknowledgementOutcome.NotRequired => OutboxEventKind.ForeignAcknowledgement,
        _ => OutboxEventKind.UnknownAcknowledgement,
    };

    private long Now() => UtcNs.Of(time.GetUtcNow());
}
