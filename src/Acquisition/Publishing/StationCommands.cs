using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>What may be asked of a station on <c>…/cmd/{verb}</c>: to send again what is owed, and whether it is there.</summary>
/// <param name="hurry">Takes the number of an owed row that is wanted now.</param>
internal sealed class StationCommands(OutboxRecord record, OutboxAddress address, Action<long> hurry)
{
    private readonly string commands = Topics.Commands(address.Site, address.Gateway);

    /// <summary>Prefix of the topics this station answers on.</summary>
    public string Replies { get; } = Topics.Replies(address.Site, address.Gateway);

    public bool Owns(Letter letter) => letter.Topic.StartsWith(commands, StringComparison.Ordinal);

    /// <summary>Does what the letter asks and says what became of it. Throws nothing but a cancellation: a command cannot stop delivery.</summary>
    public async Task<CommandReply> DoAsync(Letter command, CancellationToken cancel)
    {
        try
        {
            return command.Topic[commands.Length..] switch
            {
                "ping" => Ping(command),
                "resend" => await ResendAsync(command, cancel),
                _ => new CommandReply(CommandStatus.Refused, "this station knows the commands ping and resend"),
            };
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException)
        {
            return new CommandReply(CommandStatus.Failed, "the station's record cannot be read now");
        }
    }

    private static CommandReply Ping(Letter command)
    {
        try
        {
            if (command.Body.Length is > 0 and <= AcknowledgementLetter.MaxBytes)
            {
                using JsonDocument document = JsonDocument.Parse(command.Body);
            }

            return command.Body.Length > AcknowledgementLetter.MaxBytes
                ? new CommandReply(CommandStatus.Refused, $"the body has more than {AcknowledgementLetter.MaxBytes} bytes")
                : new CommandReply(CommandStatus.Done);
        }
        catch (JsonException)
        {
            return new CommandReply(CommandStatus.Refused, "the body is not JSON");
        }
    }

    /// <summary>A consumer asks again for what it has not acknowledged. What is settled stays settled.</summary>
    private async Task<CommandReply> ResendAsync(Letter command, CancellationToken cancel)
    {
        if (!ResendLetter.TryRead(command, out ResendLetter? wanted, out string why))
        {
            return new CommandReply(CommandStatus.Refused, why);
        }

        IReadOnlyList<long> owed = await record.OwedAsync(wanted!.Ids, wanted.Session, cancel);
        foreach (long sequence in owed)
        {
            hurry(sequence);
        }

        return owed.Count > 0
            ? new CommandReply(CommandStatus.Accepted, $"{owed.Count} owed: sent again now")
            : new CommandReply(CommandStatus.Done, "nothing of it is owed");
    }
}
