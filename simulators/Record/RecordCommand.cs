using System.CommandLine;
using Vascular.Simulators.Cli;

namespace Vascular.Simulators.Record;

/// <summary><c>simulate record</c>: the consumer whose acknowledgement counts as "delivered".</summary>
public static class RecordCommand
{
    public static Command Build()
    {
        Option<Uri> broker = new("--broker") { Description = "where results are published: mqtts://HOST:PORT", Required = true, CustomParser = ParseBroker };
        Option<string> client = new("--client") { Description = "client id: the certificate's name, or that name, a dot and a suffix", DefaultValueFactory = _ => "ehr-bridge" };
        Option<string> keys = new("--keys") { Description = "folder with ca.crt, NAME.crt and NAME.key (NAME: the client up to its first dot)" };
        Option<string> authority = new("--ca") { Description = "PEM file of the broker's authority" };
        Option<string> certificate = new("--cert") { Description = "PEM file of this consumer's certificate" };
        Option<string> key = new("--key") { Description = "PEM file of its key" };
        Option<string> outFile = new("--out") { Description = "JSON lines are appended here", DefaultValueFactory = _ => "results.jsonl" };
        Option<string?> chart = new("--chart") { Description = "the chart as it stands is written here as JSON, by the rules of docs/integrators.md" };
        Option<int?> count = new("--count") { Description = "end after so many distinct results" };
        Option<string> site = new("--site") { Description = "site to listen to, + for all", DefaultValueFactory = _ => "+" };
        Option<double> wait = new("--wait") { Description = "seconds that broker and certificates may be missing", DefaultValueFactory = _ => 30 };
        Option<string?> user = new("--user") { Description = "user, at a broker that asks for one" };
        Option<string?> password = new("--password-file") { Description = "file that holds its password and nothing else" };
        Option<string> mqtt = new("--mqtt") { Description = "MQTT version", DefaultValueFactory = _ => "5" };
        Option<RecordFault?> fault = new("--fault") { Description = "what it does wrong, of the n-th new result or of every one: die (stored, then SIGKILL before it acknowledges), twice, unknown, reject", HelpName = "KIND[=N]", CustomParser = ParseFault };
        mqtt.AcceptOnlyFromAmong("5", "3.1.1");
        count.Validators.Add(r => { if (r.GetValueOrDefault<int?>() < 1) { r.AddError("--count must be at least 1"); } });
        wait.Validators.Add(r => { if (r.GetValueOrDefault<double>() is not (>= 0 and <= 86400)) { r.AddError("--wait must be 0 to 86400 seconds"); } });
        Command command = new("record", "Receives results over MQTT, stores each once and acknowledges it end to end.")
        {
            broker, client, keys, authority, certificate, key, outFile, chart, count, site, wait, user, password, mqtt, fault,
        };
        command.Validators.Add(r =>
        {
            bool files = r.GetValue(authority) is not null && r.GetValue(certificate) is not null && r.GetValue(key) is not null;
            bool login = r.GetValue(authority) is not null && r.GetValue(user) is not null;
            if ((r.GetValue(user) is null) != (r.GetValue(password) is null))
            {
                r.AddError("Options '--user' and '--password-file' go together");
            }

            if (!files && !login && r.GetValue(keys) is null)
            {
                r.AddError("Option '--keys' is required, or '--ca', '--cert' and '--key' together");
            }
        });
        command.SetAction((parsed, cancel) =>
        {
            string folder = parsed.GetValue(keys) ?? "";
            string name = parsed.GetValue(client)!;
            bool certified = parsed.GetValue(user) is null || parsed.GetValue(keys) is not null || parsed.GetValue(certificate) is not null;
            RecordOptions options = new()
            {
                Broker = parsed.GetValue(broker)!,
                Client = name,
                AuthorityFile = parsed.GetValue(authority) ?? Path.Combine(folder, "ca.crt"),
                CertificateFile = !certified ? null : parsed.GetValue(certificate) ?? Path.Combine(folder, name.Split('.', 2)[0] + ".crt"),
                KeyFile = !certified ? null : parsed.GetValue(key) ?? Path.Combine(folder, name.Split('.', 2)[0] + ".key"),
                OutFile = parsed.GetValue(outFile)!,
                ChartFile = parsed.GetValue(chart),
                Count = parsed.GetValue(count),
                Site = parsed.GetValue(site)!,
                User = parsed.GetValue(user),
                PasswordFile = parsed.GetValue(password),
                Mqtt311 = parsed.GetValue(mqtt) == "3.1.1",
                Fault = parsed.GetValue(fault),
                Wait = TimeSpan.FromSeconds(parsed.GetValue(wait)),
            };
            return RunAsync(options, Console.Out, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(RecordOptions options, TextWriter output, CancellationToken cancel)
    {
        try
        {
            await new ResultRecorder(options, TimeProvider.System, output).RunAsync(cancel);
            return CommandLine.Done;
        }
        catch (TimeoutException missing)
        {
            throw new CommandFailure($"no connection within {options.Wait.TotalSeconds:0.###} s ({missing.Message})", $"broker {options.Broker}", "start the station or check --broker and the certificate files", missing);
        }
        catch (InvalidDataException foreign)
        {
            throw new CommandFailure($"the file holds something else ({foreign.Message})", options.OutFile, "name another file with --out", foreign);
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"results cannot be stored ({disk.Message})", options.OutFile, "free the disk or name another file with --out", disk);
        }
    }

    private static RecordFault? ParseFault(System.CommandLine.Parsing.ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (RecordFault.Parse(text) is { } fault)
        {
            return fault;
        }

        argument.AddError($"'{text}' is no fault; write die, twice, unknown or reject, with =N for the N-th new result alone");
        return null;
    }

    private static Uri? ParseBroker(System.CommandLine.Parsing.ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "mqtts", Port: > 0, Host.Length: > 0 })
        {
            return uri;
        }

        argument.AddError($"'{text}' is no broker; write mqtts://HOST:PORT");
        return null;
    }
}
