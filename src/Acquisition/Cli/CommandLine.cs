using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Cli;

/// <summary>Runs a command tree by the rules every command keeps: invariant culture, errors on stderr as
/// <c>error: what, where, what to do</c>, exit 0 done, 1 refused or failed, 2 usage.</summary>
public static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>How long a stop by a signal may take: links, tape, outbox and broker end in order.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(errors);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message.TrimEnd('.')).Distinct())
            {
                await errors.WriteLineAsync($"error: {message}, in the command line, see '{Name(parsed)} --help'");
            }

            return Usage;
        }

        if (parsed.CommandResult.Command is RootCommand && args.Length == 0)
        {
            await errors.WriteLineAsync($"error: no command, in the command line, see '{root.Name} --help'");
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopLimit });
        }
        catch (CommandFailure failure)
        {
            await errors.WriteLineAsync($"error: {failure.Message}");
            return failure is UsageFailure ? Usage : Failed;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("error: stopped before it was done, by a signal, run it again");
            return Failed;
        }
        catch (Exception failure)
        {
            // Whatever it is, a person gets a sentence and not a stack.
            await errors.WriteLineAsync($"error: {Sentence(failure, $"'{Name(parsed)}'")}");
            return Failed;
        }
    }

    /// <summary>The command as typed, from the program's name on: <c>acquisition analyze ppg</c>.</summary>
    private static string Name(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
            {
                names.Push(command.Command.Name);
            }
        }

        return string.Join(' ', names);
    }

    /// <summary>What, where, what to do, for a failure no command gave words to.</summary>
    internal static string Sentence(Exception failure, string command)
    {
        string why = OneLine((failure.InnerException ?? failure).Message);
        return failure switch
        {
            TapeKeyException or TapeDamagedException => OneLine(failure.Message),
            IOException or UnauthorizedAccessException => $"{OneLine(failure.Message)}, in {command}, check that path, its permissions and the room on its disk",
            DbException or DbUpdateException => $"the record database cannot be used ({why}), in {command}, check record.db in the data folder and the room on its disk",
            CryptographicException => $"a key or certificate cannot be used ({why}), in {command}, check the keys folder and the files that station.json names",
            SocketException => $"the network refused ({why}), in {command}, check host and port",
            TimeoutException => $"no answer in time ({why}), in {command}, look at the other side and run it again",
            _ => $"a fault of this program ({failure.GetType().Name}: {why}), in {command}, please report it with these words and what was done before",
        };
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
}
