"""A headless Chromium for tests of the report, and axe-core for its accessibility."""

import base64
import json
import subprocess
import time
from pathlib import Path

import platformdirs

from support.machine import give_up, need_program

AXE_VERSION = "4.14.1"
SECONDS = 100
"""The longest wait for anything, so also on a machine that does something else."""


def axe_source():
    """Give the text of axe-core, installed by npm into the user's cache."""
    folder = Path(platformdirs.user_cache_dir("aestudy")) / f"axe-core-{AXE_VERSION}"
    file = folder / "node_modules/axe-core/axe.min.js"
    if not file.is_file():
        npm = need_program("npm", debian="npm")
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        run = subprocess.run(
            [*command, "--prefix", str(folder), f"axe-core@{AXE_VERSION}"], capture_output=True, text=True,
            timeout=600, check=False, cwd=folder,
        )  # fmt: skip
        if not file.is_file():
            give_up(f"npm could not install axe-core: {run.stderr.strip()[-300:]}")
    return file.read_text(encoding="utf-8")


class Browser:
    """One browser session; the folder receives its downloads."""

    def __init__(self, downloads: Path):
        chromium = need_program("chromium", debian="chromium")
        driver = need_program("chromedriver", debian="chromium-driver")
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--disable-background-networking", "--no-first-run", f"--user-data-dir={downloads / 'profile'}",
        ):  # fmt: skip
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_script_timeout(SECONDS)
        self.downloads = downloads
        self.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        # Chromium's own first page asks for things, also outside itself. It shall end, and count for nothing.
        self.driver.get("about:blank")
        self.complaints(), self.requests()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def open(self, path, *, width=1280, height=900, scheme="light", scripts=True, media=""):
        """Open a file in a window of that size."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        # Without smooth scrolling, a click meets what it is meant for.
        wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wanted.items()]
        self.command("Emulation.setEmulatedMedia", media=media, features=features)
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get(Path(path).as_uri())

    def run(self, script, *arguments):
        """Run a script in the page; it may return a promise."""
        return self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            f"(async (...args) => {{ {script} }})(...arguments)"
            ".then(done, (error) => done({error: String(error)}));",
            *arguments,
        )

    def wait(self, what):
        """Wait until a function gives something true, and return that."""
        end = time.monotonic() + SECONDS
        while not (found := what()):
            assert time.monotonic() < end, "nothing happened"
            time.sleep(0.03)
        return found

    def all(self, selector):
        from selenium.webdriver.common.by import By

        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        found = self.all(selector)
        assert found, f"no {selector}"
        return found[0]

    def texts(self, selector):
        script = "return [...document.querySelectorAll(args[0])].map((e) => e.textContent.trim())"
        return self.run(script, selector)

    def choose(self, name, value):
        self.run(
            "const e = document.getElementById(args[0]); e.value = args[1];"
            "if (e.value !== args[1]) throw new Error(`no ${args[1]}`);"
            "e.dispatchEvent(new Event('change'))",
            name, value,
        )  # fmt: skip

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def download(self, element, name):
        """Click on something and give the bytes of the file that comes out."""
        path = self.downloads / name
        path.unlink(missing_ok=True)
        self.driver.execute_script("arguments[0].click()", element)
        self.wait(path.is_file)
        self.wait(lambda: path.stat().st_size)
        return path.read_bytes()

    def complaints(self):
        """Give what went to the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Give the addresses that were asked for since the last call, without what the page itself holds."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        found = [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in found if not address.startswith(("data:", "blob:"))]

    def pdf(self):
        return base64.b64decode(self.command("Page.printToPDF", printBackground=False)["data"])

    def violations(self, source):
        """Let axe-core look at the page; give the serious and critical violations of WCAG A and AA."""
        # Not as a script element, which the page's policy refuses.
        self.command("Runtime.evaluate", expression=source)
        results = self.run(
            "return await axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: "
            "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"
        )
        return {
            violation["id"]: [node["html"][:160] for node in violation["nodes"][:3]]
            for violation in results["violations"]
            if violation["impact"] in ("serious", "critical")
        }

    def quit(self):
        self.driver.quit()
